import { Problem } from '#src/kit/problem.ts';
import type { BackupProgress, Watch } from '#src/operation/backups.ts';
import type { Ending } from './failures.ts';
import { parseLine, Status, Summary, Unread } from './lines.ts';
import type { Patience } from './patience.ts';
import type { Runner } from './runner.ts';

const SAVE_MS = 24 * 3_600_000;
/** It says how far it is twice a second, but for an index that it loads; the last packs of a slow line take long. */
const PATIENCE: Patience = { silentMs: 5 * 60_000, stillMs: 30 * 60_000 };
/** Paths that are named, and those of which it is known that they were counted already. */
const NAMED = 10;
const REMEMBERED = 1000;

/** What is saved: files, or what a program writes to its stdout. */
export type Source =
  | { kind: 'files'; paths: readonly string[]; excludes: readonly string[] }
  | { kind: 'stream'; name: string; command: readonly string[] };

/** One backup to make; `host` and `tags` are what it is found by later. */
export interface Saving {
  source: Source;
  host: string;
  tags: readonly string[];
  /** A pattern to leave out, which is kept with the snapshot. */
  mark?: string | undefined;
  /** It dies with this process and leaves no snapshot then. */
  tied?: boolean | undefined;
}

/** What one backup came to. */
export interface Saved {
  /** The short id of the snapshot. */
  snapshot: string;
  files: number;
  changed: number;
  bytes: number;
  addedBytes: number;
  /** At most ten of what could not be read, and how much it was; empty when all could. */
  unread: string[];
  unreadCount: number;
}

/** Makes one backup. A cancel leaves the repository as it was, but for data that the next backup uses or a prune drops. */
export async function save(
  runner: Runner,
  { source, host, tags, mark, tied = false }: Saving,
  watch: Watch,
  signal: AbortSignal,
): Promise<Saved> {
  let summary: Summary | undefined;
  const onLine = (line: string): void => {
    const status = parseLine(Status, line);
    if (status) watch(progressOf(status));
    summary ??= parseLine(Summary, line);
  };
  const unread = countUnread();
  const marked = mark === undefined ? [] : [`--exclude=${mark}`];
  const common = ['backup', '--json', `--host=${host}`, ...tags.map((tag) => `--tag=${tag}`), ...marked];
  const options = { timeoutMs: SAVE_MS, onLine, onErrorLine: unread.take, tied, patience: PATIENCE };
  const { ending } =
    source.kind === 'files'
      ? await runner.run([...common, ...filesArgv(source)], options, signal)
      : await runner.run(
          [...common, '--stdin', `--stdin-filename=${source.name}`],
          { ...options, ...sourceOf(source) },
          signal,
        );
  if (!summary)
    throw new Problem('restic', `restic said nothing of what it saved to ${runner.where}. Look with /backups`);
  return {
    snapshot: summary.snapshot_id.slice(0, 8),
    files: summary.total_files_processed,
    changed: summary.files_new + summary.files_changed,
    bytes: summary.total_bytes_processed,
    addedBytes: summary.data_added,
    ...unread.end(ending),
  };
}

function filesArgv({ paths, excludes }: Extract<Source, { kind: 'files' }>): string[] {
  return [...excludes.map((pattern) => `--exclude=${pattern}`), '--', ...paths];
}

function sourceOf({ command }: Extract<Source, { kind: 'stream' }>) {
  const [file = '', ...argv] = command;
  return { source: { file, argv } };
}

/** Counts what could not be read, line by line: it may be very much. Older versions end well although a path is gone, and say so only in words. */
function countUnread() {
  const seen = new Set<string>();
  let unreadCount = 0;
  return {
    take(line: string): void {
      const [, gone] = /^(\/.*) does not exist, skipping$/.exec(line) ?? [];
      const item = gone ?? parseLine(Unread, line)?.item;
      if (item === undefined || seen.has(item)) return;
      unreadCount += 1;
      if (seen.size < REMEMBERED) seen.add(item);
    },
    end(ending: Ending): Pick<Saved, 'unread' | 'unreadCount'> {
      if (ending === 'incomplete' && unreadCount === 0)
        return { unread: ['some files (restic does not say which)'], unreadCount: 1 };
      return { unread: [...seen].slice(0, NAMED), unreadCount };
    },
  };
}

function progressOf(status: Status): BackupProgress {
  const known = status.total_bytes > 0;
  return {
    percent: known ? Math.min(100, Math.floor(status.percent_done * 100)) : undefined,
    bytes: status.bytes_done,
    totalBytes: known ? status.total_bytes : undefined,
    files: status.files_done,
    remainingMs: status.seconds_remaining === undefined ? undefined : status.seconds_remaining * 1000,
  };
}
