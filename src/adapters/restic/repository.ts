import { z } from 'zod';
import { Problem } from '#src/kit/problem.ts';
import type { Follow, Watch } from '#src/operation/backups.ts';
import type { Differing } from './diff.ts';
import { diff } from './diff.ts';
import { asDamage } from './failures.ts';
import type { NodeLine } from './lines.ts';
import { ConfigLine, ForgetGroup, NodeLine as Node, parseLine, SnapshotLine, StatsLine } from './lines.ts';
import type { Patience } from './patience.ts';
import { phases } from './phases.ts';
import { readLocked } from './reading.ts';
import type { Runner } from './runner.ts';
import type { Saved, Saving } from './save.ts';
import { save } from './save.ts';
import { followWritten } from './written.ts';

const SHORT_MS = 60_000;
const LONG_MS = 24 * 3_600_000;
/** Checks and prunes say how far they are, but for indexes that they load and compare. */
const PATIENCE: Patience = { silentMs: 30 * 60_000, stillMs: 2 * 3_600_000 };

/** How many backups of each age are kept. */
export interface Keep {
  last?: number | undefined;
  hourly?: number | undefined;
  daily?: number | undefined;
  weekly?: number | undefined;
  monthly?: number | undefined;
  yearly?: number | undefined;
}

/** One repository. Every method throws a Problem that names it and ends with what to do next; ids are whole (64 hex digits). */
export interface Repository {
  /** Makes the repository unless there is one; answers whether it did. */
  init(signal: AbortSignal): Promise<boolean>;
  /** Whether it answers at all, and with `unlocked` also whether somebody has locked it; its own id, if it tells it. Throws what `save` would. */
  reach(unlocked: boolean, signal: AbortSignal): Promise<string | undefined>;
  /** The ids of all snapshots, whose ever they are. */
  ids(signal: AbortSignal): Promise<string[]>;
  save(saving: Saving, watch: Watch, signal: AbortSignal): Promise<Saved>;
  /** The snapshots of one host that carry a tag, oldest first. */
  snapshots(of: { host: string; tag: string | undefined }, signal: AbortSignal): Promise<SnapshotLine[]>;
  /** Hands on every file, folder and link of a snapshot, folders before what is in them; only what is at or below `under` if that is given. */
  walk(id: string, each: (node: NodeLine) => void, signal: AbortSignal, under?: readonly string[]): Promise<void>;
  /** Hands on paths of a snapshot, and what lies directly in those that are folders; it may hand on folders above them too. */
  look(id: string, each: (node: NodeLine) => void, at: readonly string[], signal: AbortSignal): Promise<void>;
  /** What a restore of a snapshot would write; `unlocked`: a prune beside it may make it fail. */
  size(id: string, signal: AbortSignal, of?: { unlocked: boolean }): Promise<{ bytes: number; files: number }>;
  diff(older: string, newer: string, signal: AbortSignal): Promise<Differing>;
  /** Checks the structure, and `readPercent` of the data; throws Problem `backup-damaged`. */
  check(readPercent: number, signal: AbortSignal, follow?: Follow): Promise<void>;
  /** Drops the snapshots with a tag that are not kept, each part and kind by itself; `dryRun` only counts them. */
  forget(of: Forgetting, signal: AbortSignal): Promise<{ kept: number; removed: number }>;
  /** Takes away the data that no snapshot has any more. */
  prune(signal: AbortSignal, follow?: Follow): Promise<void>;
  /** Takes away stale locks; answers how many are left. */
  unlock(signal: AbortSignal): Promise<number>;
  /** Restores `include` (full paths; none: everything) of a snapshot below `target` and compares what was written with the repository. */
  restore(of: Restored, signal: AbortSignal, follow?: Follow): Promise<void>;
}

/** What is dropped: of whom, and how many are kept. */
export interface Forgetting {
  host: string;
  tag: string;
  keep: Keep;
  dryRun?: boolean;
}

/** What is restored; `totalBytes` is how much that is, if it is known. */
interface Restored {
  id: string;
  include: readonly string[];
  target: string;
  totalBytes?: number | undefined;
}

/** The repository that a runner reaches. */
export function createRepository(runner: Runner): Repository {
  const { where } = runner;
  const short = { timeoutMs: SHORT_MS };
  const long = { timeoutMs: LONG_MS };
  const upkeep = { ...long, patience: PATIENCE };

  return {
    save: (saving, watch, signal) => save(runner, saving, watch, signal),
    diff: (older, newer, signal) => diff(runner, older, newer, signal),
    async init(signal) {
      try {
        await runner.run(['init'], short, signal);
        return true;
      } catch (error) {
        // It says so before it touches anything, and needs no key for it.
        if (error instanceof Problem && /already (?:exists|initialized)/.test(error.evidence ?? '')) return false;
        throw error;
      }
    },
    async reach(unlocked, signal) {
      const { result } = await runner.run(['cat', 'config'], { ...short, unlocked: !unlocked }, signal);
      return parseLine(ConfigLine, result.stdout.trim())?.id;
    },
    async ids(signal) {
      const { result } = await runner.run(['list', 'snapshots'], { ...short, unlocked: true }, signal);
      return idsIn(result.stdout);
    },
    async snapshots({ host, tag }, signal) {
      const argv = ['snapshots', '--json', `--host=${host}`, ...(tag === undefined ? [] : [`--tag=${tag}`])];
      const { result } = await runner.run(argv, { ...short, unlocked: true }, signal);
      const found = parseLine(
        z.array(SnapshotLine).nullable(),
        result.stdout.trim() === 'null' ? '[]' : result.stdout.trim(),
      );
      if (found === undefined)
        throw new Problem('restic', `The list of ${where} is not understood. Is restic very new?`);
      return (found ?? []).sort((a, b) => Date.parse(a.time) - Date.parse(b.time));
    },
    async walk(id, each, signal, under = []) {
      const below = under.length > 0 ? ['--recursive'] : [];
      await runner.run(
        ['ls', '--json', ...below, '--', whole(id), ...under],
        { ...long, ...nodes(each), unlocked: true },
        signal,
      );
    },
    async look(id, each, at, signal) {
      await runner.run(['ls', '--json', '--', whole(id), ...at], { ...short, ...nodes(each), unlocked: true }, signal);
    },
    async size(id, signal, { unlocked } = { unlocked: false }) {
      const argv = ['stats', '--json', '--mode=restore-size', '--', whole(id)];
      const { result } = unlocked
        ? await runner.run(argv, { ...long, unlocked }, signal)
        : await readLocked(runner, argv, long, signal);
      const stats = parseLine(StatsLine, result.stdout.trim());
      if (!stats)
        throw new Problem('restic', `restic does not say how much is in ${id.slice(0, 8)} at ${where}. Try again.`);
      return { bytes: stats.total_size, files: stats.total_file_count };
    },
    async check(readPercent, signal, follow) {
      const share =
        readPercent >= 100 ? ['--read-data'] : readPercent > 0 ? [`--read-data-subset=${readPercent}%`] : [];
      try {
        await runner.run(['check', ...share], { ...upkeep, ...phases(follow) }, signal);
      } catch (error) {
        throw asDamage(error, where);
      }
    },
    async forget({ host, tag, keep, dryRun = false }, signal) {
      const kept = Object.entries(keep).flatMap(([age, n]) => (n ? [`--keep-${age}=${n}`] : []));
      const only = dryRun ? ['--dry-run'] : [];
      const argv = ['forget', '--json', ...only, `--host=${host}`, `--tag=${tag}`, '--group-by=tags', ...kept];
      const { result } = await runner.run(argv, dryRun ? { ...short, unlocked: true } : long, signal);
      const first = result.stdout.split('\n').find((line) => line.startsWith('['));
      const groups = parseLine(z.array(ForgetGroup), first ?? '[]') ?? [];
      return {
        kept: sum(groups.map((group) => group.keep?.length)),
        removed: sum(groups.map((group) => group.remove?.length)),
      };
    },
    async prune(signal, follow) {
      await runner.run(['prune'], { ...upkeep, ...phases(follow) }, signal);
    },
    async unlock(signal) {
      await runner.run(['unlock'], short, signal);
      const { result } = await runner.run(['list', 'locks'], { ...short, unlocked: true }, signal);
      return idsIn(result.stdout).length;
    },
    async restore({ id, include, target, totalBytes }, signal, follow) {
      const { sparse } = await runner.abilities(signal);
      const only = include.map((path) => `--include=${literal(path)}`);
      const argv = [
        'restore',
        '--verify',
        ...(sparse ? ['--sparse'] : []),
        `--target=${target}`,
        ...only,
        '--',
        whole(id),
      ];
      // What goes on writing after its agent has died would write into what the next life takes away.
      const written = follow && followWritten(totalBytes, follow);
      const options = { ...long, tied: true, writesHere: true, ...(written ? { onStart: written.start } : {}) };
      const { ending } = await readLocked(runner, argv, options, signal).finally(() => written?.end());
      if (ending === 'incomplete')
        throw new Problem(
          'restic',
          `restic could not restore all of ${id.slice(0, 8)} from ${where}. Ask for /backup_check`,
        );
    },
  };
}

/** Hands on what `ls` prints. */
function nodes(each: (node: NodeLine) => void) {
  return {
    onLine: (line: string): void => {
      const node = parseLine(Node, line);
      if (node) each(node);
    },
  };
}

/** An id by which nothing else can be meant: what begins with a dash would be an option. */
function whole(id: string): string {
  if (!/^[0-9a-f]{64}$/.test(id)) throw new Error('not the id of a snapshot');
  return id;
}

/** A path as a pattern that fits nothing but itself. */
function literal(path: string): string {
  return path.replaceAll(/[\\*?[\]]/g, '\\$&');
}

function idsIn(text: string): string[] {
  return text.split('\n').filter((line) => /^[0-9a-f]{64}$/.test(line));
}

function sum(counts: readonly (number | undefined)[]): number {
  return counts.reduce<number>((total, n) => total + (n ?? 0), 0);
}
