import { existsSync } from 'node:fs';
import type { Command, CommandOptions, CommandResult } from '../command.ts';
import { expectExit } from '../expectExit.ts';
import { MARK } from '../process/table.ts';
import type { Shown } from './shown.ts';
import { parseShown, SHOWN, WITHDRAWN } from './shown.ts';

const ASK_MS = 10_000;
const GRACE_MS = 2000;
/** How much longer than systemd the one who waits for it has patience. */
const ALLOWANCE_MS = 5000;

/** A command as a unit: where its output goes, and the mark of the one who waits for it. */
export interface Handing {
  name: string;
  mark: string;
  out: string;
  err: string;
}

/**
 * Whether systemd runs these words as they are, whenever somebody reloads it.
 * A reload between a unit's making and its start reads its words back from a file, in which `$` and `;` come out with a backslash before them
 * (seen with systemd 252): the program would get other words than it was given.
 */
export function isCarried(file: string, argv: readonly string[], options: CommandOptions): boolean {
  const words = [file, ...argv, options.cwd ?? '', ...Object.values(options.env ?? {})];
  return words.every((word) => /^[\w@+=:,./ -]*$/.test(word));
}

/** The systemd that keeps commands as units of their own: the machine's for root, or else that of the agent's user. */
export interface Manager {
  /** Whether there is one that this agent may use. Asked once, then remembered. */
  isThere(signal: AbortSignal): Promise<boolean>;
  /** Hands a program over whose words are carried, and waits until it has ended. A name that is taken starts nothing: `look` tells what is there. */
  start(
    handing: Handing,
    file: string,
    argv: readonly string[],
    options: CommandOptions,
    signal: AbortSignal,
  ): Promise<CommandResult>;
  /** Takes the name of a command that is not there, so that one still on its way can never start. */
  withdraw(handing: Pick<Handing, 'name' | 'mark'>, signal: AbortSignal): Promise<void>;
  /** What is known of a unit. Throws a Problem when systemd does not say. */
  look(name: string, signal: AbortSignal): Promise<Shown>;
  /** Lets systemd forget a unit that has ended. */
  forget(name: string, signal: AbortSignal): Promise<void>;
}

/** Speaks to that systemd through systemd-run and systemctl; a password is never asked for. `uid` and `booted` are for tests. */
export function createManager(deps: { command: Command; uid?: number | undefined; booted?: () => boolean }): Manager {
  const { command, uid = process.getuid?.(), booted = () => existsSync('/run/systemd/system') } = deps;
  const user = uid !== 0;
  const scope = user ? ['--user'] : [];
  const env = { LC_ALL: 'C.UTF-8', ...(user && uid !== undefined ? { XDG_RUNTIME_DIR: `/run/user/${uid}` } : {}) };
  let known: boolean | undefined;

  return {
    async isThere(signal) {
      known ??= booted() && (await answers(signal));
      return known;
    },
    async start({ name, mark, out, err }, file, argv, options, signal) {
      const limits = [`TimeoutStartSec=${options.timeoutMs}ms`, `TimeoutStopSec=${options.graceMs ?? GRACE_MS}ms`];
      const rest = [
        `KillSignal=${options.stopSignal ?? 'SIGTERM'}`,
        `StandardOutput=file:${out}`,
        `StandardError=file:${err}`,
      ];
      const properties = [...limits, ...rest].map((each) => `--property=${each}`);
      const where = options.cwd === undefined ? [] : [`--working-directory=${options.cwd}`];
      const given = Object.entries(options.env ?? {}).map(([key, value]) => `--setenv=${key}=${value}`);
      const how = [...unit(name, `Nightguard: ${file}`), ...properties, ...where, ...given];
      const waiting = { timeoutMs: options.timeoutMs + ALLOWANCE_MS, env: { ...env, [MARK]: mark } };
      return await command.run('systemd-run', [...how, '--', file, ...argv], waiting, signal);
    },
    async withdraw({ name, mark }, signal) {
      const options = { timeoutMs: ASK_MS, env: { ...env, [MARK]: mark } };
      await command.run('systemd-run', [...unit(name, WITHDRAWN), '--', 'true'], options, signal);
    },
    async look(name, signal) {
      const result = await systemctl(['show', SHOWN, '--', `${name}.service`], signal);
      signal.throwIfAborted();
      return parseShown(expectExit('systemctl', result, ASK_MS).stdout);
    },
    async forget(name, signal) {
      // One that ended well is active until it is stopped; one that failed stays until that is forgotten.
      for (const word of ['stop', 'reset-failed']) await systemctl([word, '--', `${name}.service`], signal);
    },
  };

  async function answers(signal: AbortSignal): Promise<boolean> {
    const { ended, exitCode, stdout } = await systemctl(['show', '--property=Version'], signal);
    signal.throwIfAborted();
    return ended === 'exit' && exitCode === 0 && stdout.startsWith('Version=');
  }

  // A start of kind `oneshot` is over when the program is: so whoever starts it has waited for it.
  function unit(name: string, description: string): string[] {
    const kind = ['--service-type=oneshot', '--remain-after-exit', `--description=${description}`];
    return [...scope, '--no-ask-password', '--quiet', `--unit=${name}`, ...kind];
  }

  async function systemctl(argv: readonly string[], signal: AbortSignal): Promise<CommandResult> {
    const whole = [...scope, '--no-ask-password', '--no-pager', ...argv];
    return await command.run('systemctl', whole, { timeoutMs: ASK_MS, env }, signal);
  }
}
