import { access, constants } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { formatDuration } from '#src/kit/duration.ts';
import { Problem } from '#src/kit/problem.ts';
import type { Command, CommandOptions, CommandResult } from '../command.ts';
import { expectExit } from '../expectExit.ts';
import type { Ending } from './failures.ts';
import { awayProblem, endingOf } from './failures.ts';
import type { Patience } from './patience.ts';
import { readCredentials, refuseOpenFile } from './secrets.ts';
import type { DestinationSpec } from './spec.ts';
import { locationOf } from './spec.ts';
import type { Abilities } from './version.ts';
import { abilitiesOf } from './version.ts';
import type { MayGo, Watched } from './watched.ts';
import { runWatched } from './watched.ts';

/** What every repository of a node is reached with. */
export interface ResticDeps {
  command: Command;
  /** The program, looked up in PATH when it is not a full path. */
  program: string;
  /** The file that holds the key of all repositories of this node. */
  passwordFile: string;
  cacheDir: string;
}

export type RunOptions = Pick<CommandOptions, 'onLine' | 'onErrorLine' | 'onStart' | 'source' | 'tied' | 'maxBytes'> & {
  timeoutMs: number;
  /** What says again and again how far it is may be ended when it says nothing more. */
  patience?: Patience;
  /** It writes to this machine and only reads from the destination: what has no space left is here. */
  writesHere?: boolean;
  /** It takes no lock, so it may meet a prune: what it does not find is no proof of damage. */
  unlocked?: boolean;
};

/** Runs restic on one repository: password and place go by its environment, so that no list of processes shows them. */
export interface Runner {
  /** The destination by its name in the configuration. */
  where: string;
  /** Whether a lock can be made there, as far as that is seen without asking restic, which tries for a minute. */
  takesLocks(): Promise<boolean>;
  run(
    argv: readonly string[],
    options: RunOptions,
    signal: AbortSignal,
  ): Promise<{ ending: Ending; result: CommandResult }>;
  abilities(signal: AbortSignal): Promise<Abilities>;
}

/** What restic says once it was told to stop. */
const INTERRUPTED = /signal interrupt received|context canceled/;

const VERSION_MS = 10_000;

/** How often a run that waits for something that is gone is started anew; then restic waits as long as it likes. */
const STARTS_ANEW = 5;

/** How long a stale lock may take to be taken away, in ms. */
const UNLOCK_MS = 10_000;

/** The runner of one destination. */
export function createRunner(deps: ResticDeps, where: string, spec: DestinationSpec): Runner {
  const { command, program, passwordFile, cacheDir } = deps;
  const isFar = spec.kind !== 'path';
  let known: Promise<Abilities> | undefined;

  return {
    where,
    takesLocks: async () => spec.kind !== 'path' || (await isWritable(join(spec.path, 'locks'))),
    async run(given, options, signal) {
      const argv = options.unlocked ? given.toSpliced(1, 0, '--no-lock') : given;
      signal.throwIfAborted();
      const env = await environment();
      const { writesHere, unlocked, ...plain } = options;
      // An agent that is killed closes the pipe, and half of a dump would look like all of it.
      const tied = options.source !== undefined || options.tied === true;
      const mayGo: readonly MayGo[] = unlocked ? ['index', 'snapshot'] : ['lock'];
      const { result, stuckMs, isAway } = await start([program, ...argv], { ...plain, tied, env, mayGo }, signal);
      if (!unlocked && !isAway && mayLeaveLock(result)) await dropLock(env);
      signal.throwIfAborted();
      if (isAway) throw awayProblem(result, where);
      if (stuckMs !== undefined) throw stuck(where, stuckMs, options, result);
      const how = { timeoutMs: options.timeoutMs, writesHere, isFar, isCheck: given[0] === 'check' };
      try {
        return { ending: endingOf(result, where, how), result };
      } catch (error) {
        throw sourceFailure(options, result, error) ?? (unlocked ? notFound(error, where) : error);
      }
    },
    async abilities(signal) {
      // What was asked under a signal that has ended since says nothing about the next time.
      known ??= look(signal).catch((error) => {
        known = undefined;
        throw error;
      });
      return await known;
    },
  };

  /** Starts it anew when another run took away what it waits for. */
  async function start(
    line: readonly string[],
    options: Parameters<typeof runWatched>[2] & { env: Record<string, string> },
    signal: AbortSignal,
    more = STARTS_ANEW,
  ): Promise<Watched> {
    const run = await runWatched(command, line, { ...options, mayGo: more > 0 ? options.mayGo : [] }, signal);
    if (!run.isLost || signal.aborted) return run;
    if (options.mayGo.includes('lock')) await dropLock(options.env);
    return await start(line, options, signal, more - 1);
  }

  /** Takes away what is stale; a lock that somebody holds stays. */
  async function dropLock(env: Record<string, string>): Promise<void> {
    await command.run(program, ['unlock'], { timeoutMs: UNLOCK_MS, env }, new AbortController().signal);
  }

  async function environment(): Promise<Record<string, string>> {
    await refuseOpenFile(passwordFile);
    const credentials = spec.credentials === undefined ? {} : await readCredentials(spec.credentials);
    return {
      ...credentials,
      RESTIC_REPOSITORY: locationOf(spec),
      RESTIC_PASSWORD_FILE: passwordFile,
      RESTIC_CACHE_DIR: cacheDir,
      RESTIC_PROGRESS_FPS: '2',
    };
  }

  async function look(signal: AbortSignal): Promise<Abilities> {
    const result = await command.run(program, ['version'], { timeoutMs: VERSION_MS }, signal);
    if (result.ended === 'missing')
      throw new Problem(
        'restic',
        `restic cannot run: ${result.reason ?? 'it is not there'}. Install it: apt-get install restic`,
      );
    return abilitiesOf(expectExit(program, result, VERSION_MS).stdout);
  }
}

/** restic makes its lock a fifth of a second before it sees to it that the lock goes when it is told to stop. */
function mayLeaveLock({ ended, exitCode }: CommandResult): boolean {
  return ended === 'exit' ? exitCode === 130 : ended !== 'missing';
}

/** A dump that is still at work may be what gives nothing; nobody can tell from here. */
function stuck(where: string, ms: number, { source }: RunOptions, { source: ended }: CommandResult): Problem {
  const long = formatDuration(ms);
  if (source && ended?.ended !== 'exit')
    return new Problem(
      'dump',
      `${basename(source.file)} gave nothing for ${long}, or ${where} took nothing. Both were ended, and nothing of it was kept. Run it by hand, then back up again.`,
    );
  return new Problem(
    'backup-unreachable',
    `The repository ${where} does not answer: nothing came of it for ${long}. Is it up, and is the network? Try again.`,
  );
}

async function isWritable(folder: string): Promise<boolean> {
  return await access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
}

/** What looks damaged to somebody who took no lock may be what a prune takes away. */
function notFound(error: unknown, where: string): unknown {
  if (!(error instanceof Problem) || error.code !== 'backup-damaged') return error;
  const words = `Not all could be read at ${where}: it is being pruned, or it is damaged. Ask again in some minutes, then /backup_check`;
  return new Problem('restic', words, { cause: error, ...(error.evidence ? { evidence: error.evidence } : {}) });
}

function wroteNothing(program: string, cause: unknown): Problem {
  const words = `${basename(program)} ended well and wrote nothing. Nothing of it was kept. Run it by hand, then back up again.`;
  return new Problem('dump', words, { cause });
}

/** restic that ends without a reason of its own was ended because its source failed: that failure is the one to tell. */
function sourceFailure(
  { source, timeoutMs }: RunOptions,
  { source: ended, stderr }: CommandResult,
  seen: unknown,
): Problem | undefined {
  const isPlain = seen instanceof Problem && /^(?:restic|backup-cancelled|command-signal)$/.test(seen.code);
  // Interrupted while it opens its repository it says that the password is wrong, or that there is none.
  const plain = isPlain || INTERRUPTED.test(stderr);
  if (!source || !ended || !plain) return undefined;
  try {
    expectExit(source.file, ended, timeoutMs);
    return ended.wroteBytes > 0 ? undefined : wroteNothing(source.file, seen);
  } catch (cause) {
    const said = cause instanceof Problem ? cause.message : `${source.file} failed.`;
    const evidence = cause instanceof Problem && cause.evidence ? { evidence: cause.evidence } : {};
    return new Problem(
      'dump',
      `${said.replace(/[^.]$/, '$&.')} Nothing of it was kept. Run it by hand, then back up again.`,
      {
        cause,
        ...evidence,
      },
    );
  }
}
