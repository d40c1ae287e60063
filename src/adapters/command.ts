import type { Options } from 'execa';
import { childEnvironment } from './environment.ts';
import { whyNotStarted } from './whyNotStarted.ts';

const DEFAULT_MAX_BYTES = 1_000_000;
const FORCE_KILL_MS = 2000;

/** How a program is run; `maxBytes` bounds stdout and stderr each, 1 MB unless told. */
export interface CommandOptions {
  timeoutMs: number;
  env?: Record<string, string>;
  cwd?: string;
  input?: string;
  maxBytes?: number;
}

/** What became of a program. `missing`: it could not be started; `overflow`: it wrote more than `maxBytes` and was ended. */
export interface CommandResult {
  ended: 'exit' | 'signal' | 'timeout' | 'cancel' | 'overflow' | 'missing';
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
  /** Why it is `missing`, or the signal that ended it. */
  reason: string | undefined;
}

/** Runs programs: argv as it is, no shell, and nothing of it is left alive when it did not end by itself. */
export interface Command {
  /** `file` is absolute or looked up in PATH. Never throws for what the program does: read `ended`, or hand it to `expectExit`. */
  run(file: string, argv: readonly string[], options: CommandOptions, signal: AbortSignal): Promise<CommandResult>;
}

/** The one door to other programs that run and end. */
export function createCommand(): Command {
  return {
    async run(file, argv, options, signal) {
      if (signal.aborted) return { ended: 'cancel', exitCode: undefined, stdout: '', stderr: '', reason: undefined };
      // Loaded when first used: it costs an agent a tenth of a second to start, and on Linux most never need it.
      const { execa } = await import('execa');
      const running = execa(file, argv, { ...execaOptions(options), cancelSignal: signal });
      const result = await running;
      const ended = endOf(result);
      // execa stops escalating when the program itself is gone; a descendant that ignores SIGTERM may still be there.
      if (running.pid !== undefined && ended !== 'exit' && ended !== 'missing') killGroup(running.pid);
      return {
        ended,
        exitCode: result.exitCode,
        stdout: decode(result.stdout),
        stderr: decode(result.stderr),
        reason: ended === 'missing' ? await whyNotStarted(file, options.cwd, result.code) : result.signal,
      };
    },
  };
}

function execaOptions(options: CommandOptions) {
  return {
    env: childEnvironment(options.env),
    extendEnv: false,
    shell: false,
    reject: false,
    encoding: 'buffer',
    killDescendants: true,
    forceKillAfterDelay: FORCE_KILL_MS,
    timeout: options.timeoutMs,
    maxBuffer: options.maxBytes ?? DEFAULT_MAX_BYTES,
    ...(options.input === undefined ? { stdin: 'ignore' } : { input: options.input }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  } as const satisfies Options;
}

interface Ending {
  isCanceled: boolean;
  timedOut: boolean;
  isMaxBuffer: boolean;
  isTerminated: boolean;
  exitCode?: number;
}

function endOf(result: Ending): CommandResult['ended'] {
  if (result.isCanceled) return 'cancel';
  if (result.timedOut) return 'timeout';
  if (result.isMaxBuffer) return 'overflow';
  if (result.isTerminated) return 'signal';
  return result.exitCode === undefined ? 'missing' : 'exit';
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // Nothing is left of the group, which is what was wanted.
  }
}

function decode(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? '' : Buffer.from(bytes).toString('utf8');
}
