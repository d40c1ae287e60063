import type { Writable } from 'node:stream';
import type { Options } from 'execa';
import { childEnvironment } from './environment.ts';
import { followLines } from './followLines.ts';
import { keepTail } from './keepTail.ts';
import { locate } from './locate.ts';
import { pour } from './pour.ts';
import { killGroup, tether } from './tether.ts';
import { whyNotStarted } from './whyNotStarted.ts';

const DEFAULT_MAX_BYTES = 1_000_000;
/** How much of the end of stderr is kept: what a program says last is why it failed. */
const TAIL_BYTES = 100_000;
const FORCE_KILL_MS = 2000;

/** How a program is run; `maxBytes` bounds stdout, 1 MB unless told. */
export interface CommandOptions {
  timeoutMs: number;
  env?: Record<string, string>;
  cwd?: string;
  input?: string;
  maxBytes?: number;
  /** Gets stdout line by line as it is written, however much it is; nothing of it is kept then. */
  onLine?: (line: string) => void;
  /** Gets stderr line by line. */
  onErrorLine?: (line: string) => void;
  /** A program whose stdout is the input of this one. When it fails or writes nothing, this one is ended before it sees the end of its input. */
  source?: { file: string; argv: readonly string[]; env?: Record<string, string> };
  /** It and its source are killed with SIGKILL when this process is gone, before it sees the end of its input. */
  tied?: boolean;
  /** How this program is told to stop, if SIGTERM does not let it clean up. */
  stopSignal?: 'SIGTERM' | 'SIGINT';
  /** How long it may take to stop before it is killed, in ms; 2 s unless told. */
  graceMs?: number;
  /** Is told the process id, which is that of its group as well, as soon as it has started. */
  onStart?: (pid: number) => void;
}

/** What became of a program. `missing`: it could not be started; `overflow`: it wrote more than `maxBytes` to stdout and was ended. Of stderr the last 100 kB are kept. */
export interface CommandResult {
  ended: 'exit' | 'signal' | 'timeout' | 'cancel' | 'overflow' | 'missing';
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
  /** Why it is `missing`, or the signal that ended it. */
  reason: string | undefined;
  /** What became of its `source`, if it had one. */
  source?: CommandResult & { wroteBytes: number };
}

/** Runs programs: argv as it is, no shell, and nothing of it is left alive when it did not end by itself. */
export interface Command {
  /** `file` is absolute or looked up in the absolute folders of PATH. Never throws for what the program does: read `ended`, or hand it to `expectExit`. */
  run(file: string, argv: readonly string[], options: CommandOptions, signal: AbortSignal): Promise<CommandResult>;
}

/** The one door to other programs that run and end. */
export function createCommand(): Command {
  return {
    async run(file, argv, options, signal) {
      if (signal.aborted) return { ended: 'cancel', exitCode: undefined, stdout: '', stderr: '', reason: undefined };
      // Loaded when first used: it costs an agent a tenth of a second to start, and on Linux most never need it.
      const { execa } = await import('execa');
      const { source, timeoutMs, cwd } = options;
      const path = childEnvironment(options.env)['PATH'];
      const [program, sourceProgram] = await Promise.all([locate(file, path), source && locate(source.file, path)]);
      const running = execa(program, argv, { ...execaOptions(options), cancelSignal: signal });
      if (running.pid !== undefined) options.onStart?.(running.pid);
      if (options.onLine) followLines(running.stdout, options.onLine);
      if (options.onErrorLine) followLines(running.stderr, options.onErrorLine);
      const said = keepTail(running.stderr, TAIL_BYTES);
      if (source === undefined) {
        const letGo = options.tied ? tied(running) : undefined;
        return await outcome(running, file, cwd, said).finally(letGo);
      }
      const pouring = execa(sourceProgram ?? source.file, source.argv, {
        ...execaOptions({ timeoutMs, onLine: () => {}, ...(source.env ? { env: source.env } : {}) }),
        cancelSignal: signal,
      });
      const letGo = options.tied ? tied(running, pouring) : undefined;
      const wroteBytes = pour(pouring, running);
      const [ended, poured] = await Promise.all([
        outcome(running, file, cwd, said),
        outcome(pouring, source.file, undefined, keepTail(pouring.stderr, TAIL_BYTES)),
      ]).finally(letGo);
      return { ...ended, source: { ...poured, wroteBytes: wroteBytes() } };
    },
  };
}

/** Ties a program and its source to this process; answers with what lets them go. */
function tied(running: Running & { stdin: Writable | null }, source?: Running): () => void {
  return tether(source ? [running, source] : [running], running.stdin);
}

interface Running extends PromiseLike<Ended> {
  pid?: number | undefined;
}

async function outcome(
  running: Running,
  file: string,
  cwd: string | undefined,
  said: () => Buffer,
): Promise<CommandResult> {
  const result = await running;
  const ended = endOf(result);
  // execa stops escalating when the program itself is gone; a descendant that ignores SIGTERM may still be there.
  if (running.pid !== undefined && ended !== 'exit' && ended !== 'missing') killGroup(running.pid);
  return {
    ended,
    exitCode: result.exitCode,
    stdout: decode(result.stdout),
    stderr: decode(said()),
    reason: ended === 'missing' ? await whyNotStarted(file, cwd, result.code) : result.signal,
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
    killSignal: options.stopSignal ?? 'SIGTERM',
    forceKillAfterDelay: options.graceMs ?? FORCE_KILL_MS,
    timeout: options.timeoutMs,
    maxBuffer: options.maxBytes ?? DEFAULT_MAX_BYTES,
    buffer: { stdout: options.onLine === undefined, stderr: false },
    ...inputOf(options),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  } as const satisfies Options;
}

function inputOf({ input, source }: CommandOptions) {
  if (source) return { stdin: 'pipe' } as const;
  return input === undefined ? ({ stdin: 'ignore' } as const) : { input };
}

interface Ended {
  isCanceled: boolean;
  timedOut: boolean;
  isMaxBuffer: boolean;
  isTerminated: boolean;
  exitCode?: number | undefined;
  signal?: string | undefined;
  code?: string | undefined;
  stdout: unknown;
}

function endOf(result: Ended): CommandResult['ended'] {
  if (result.isCanceled) return 'cancel';
  if (result.timedOut) return 'timeout';
  if (result.isMaxBuffer) return 'overflow';
  if (result.isTerminated) return 'signal';
  return result.exitCode === undefined ? 'missing' : 'exit';
}

function decode(bytes: unknown): string {
  return bytes instanceof Uint8Array ? Buffer.from(bytes).toString('utf8') : '';
}
