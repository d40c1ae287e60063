import { formatDuration } from '#src/kit/duration.ts';
import { Problem } from '#src/kit/problem.ts';
import type { Command, CommandResult } from '../command.ts';
import type { Reading } from './reading.ts';
import { PROPERTIES, parseReadings } from './reading.ts';
import type { Scope } from './refusal.ts';
import { denialOf, lastWords, refusalOf } from './refusal.ts';

const SHOW_MS = 10_000;
// Longer than a job may take, so that systemd's own answer comes first.
const ALLOWANCE_MS = 5000;

/** What systemd is told to do with a unit. */
export type Job = 'start' | 'stop' | 'restart';

/** The systemd of the machine, or that of the agent's own user. */
export interface Systemctl {
  scope: Scope;
  /** What it knows of these units, in their order; one that it does not know is `not-found`. */
  show(units: readonly string[], signal: AbortSignal): Promise<Reading[]>;
  /** Waits until the job is done; answers with systemd's words when it failed. Throws Problem `engine` after `withinMs`, while the job goes on in systemd. */
  run(job: Job, unit: string, withinMs: number, signal: AbortSignal): Promise<string | undefined>;
  /** Hands over the job without waiting for it. */
  begin(job: Job, unit: string, signal: AbortSignal): Promise<void>;
  /** Sends SIGKILL to all processes of a unit; none left is fine. */
  kill(unit: string, signal: AbortSignal): Promise<void>;
  /** Forgets that it failed and how often it was started; one that systemd has not loaded has nothing to forget. */
  resetFailed(unit: string, signal: AbortSignal): Promise<void>;
}

/** Speaks to systemd through systemctl; a password is never asked for. */
export function createSystemctl(deps: { command: Command; errand: Command; scope: Scope }): Systemctl {
  const { command, errand, scope } = deps;
  const manager = scope.user ? ['--user'] : [];
  const env = environmentOf(scope);

  return {
    scope,
    async show(units, signal) {
      const result = await ask(['show', PROPERTIES, '--', ...units], SHOW_MS, signal);
      if (result.exitCode !== 0) throw new Problem('engine', `systemctl failed: ${lastWords(result)} Ask again.`);
      const readings = parseReadings(result.stdout);
      if (readings.length === units.length) return readings;
      throw new Error(`systemctl was asked for ${units.length} units and showed ${readings.length}`);
    },
    async run(job, unit, withinMs, signal) {
      const timeoutMs = withinMs + ALLOWANCE_MS;
      // The two that only hand a job over are done in a moment; this one waits as long as the unit takes.
      const result = await execute([job, '--', unit], timeoutMs, signal, errand);
      if (result.ended === 'timeout') throw stillAtIt(unit, timeoutMs);
      return failureOf(answered(result, timeoutMs), unit);
    },
    async begin(job, unit, signal) {
      failureOf(await ask([job, '--no-block', '--', unit], SHOW_MS, signal), unit);
    },
    async kill(unit, signal) {
      failureOf(await ask(['kill', '--signal=KILL', '--', unit], SHOW_MS, signal), unit);
    },
    async resetFailed(unit, signal) {
      failureOf(await ask(['reset-failed', '--', unit], SHOW_MS, signal), unit);
    },
  };

  async function ask(argv: readonly string[], timeoutMs: number, signal: AbortSignal): Promise<CommandResult> {
    return answered(await execute(argv, timeoutMs, signal), timeoutMs);
  }

  async function execute(
    argv: readonly string[],
    timeoutMs: number,
    signal: AbortSignal,
    by = command,
  ): Promise<CommandResult> {
    signal.throwIfAborted();
    const whole = [...manager, '--no-ask-password', '--no-pager', ...argv];
    const result = await by.run('systemctl', whole, { timeoutMs, env }, signal);
    signal.throwIfAborted();
    return result;
  }

  function answered(result: CommandResult, timeoutMs: number): CommandResult {
    const refusal = refusalOf(result, timeoutMs, scope);
    if (refusal) throw refusal;
    return result;
  }

  function failureOf(result: CommandResult, unit: string): string | undefined {
    if (result.exitCode === 0) return undefined;
    const denial = denialOf(result, unit, scope);
    if (denial) throw denial;
    return lastWords(result);
  }
}

function stillAtIt(unit: string, afterMs: number): Problem {
  const after = formatDuration(afterMs);
  return new Problem(
    'engine',
    `systemd still works on ${unit} after ${after}. Look at it there: systemctl status ${unit}`,
  );
}

/** What the programs of systemd need in their environment: UTF-8, and where the user's own systemd listens. */
export function environmentOf({ user, uid }: Scope): Record<string, string> {
  return { LC_ALL: 'C.UTF-8', ...(user && uid !== undefined ? { XDG_RUNTIME_DIR: `/run/user/${uid}` } : {}) };
}
