import type { Contents, CopyPlan, CopyWish, Excerpt } from './backupFiles.ts';
import type { PlaceKnown, SetKnown } from './backupKnown.ts';
import type { DestinationFailed } from './destinationFailed.ts';
import type {
  Drill,
  RestorePlan,
  RestoreWish,
  Settled,
  Staged,
  Standing,
  Swapped,
  Undoable,
  UndoWish,
  Woken,
} from './restores.ts';
import type { Snapshot } from './snapshot.ts';

/** How far a backup or a restore has come; bytes and ms, undefined while it is not known. */
export interface BackupProgress {
  percent: number | undefined;
  bytes: number;
  totalBytes: number | undefined;
  files: number;
  remainingMs: number | undefined;
  /** Workloads that are stopped meanwhile. */
  stopped?: readonly string[] | undefined;
}

/** One set of the node's configuration. */
export interface BackupSet {
  name: string;
  paths: string[];
  dumps: string[];
  pause: string[];
  pauseToSave: string[];
  destinations: string[];
  /** What each of them is on. */
  places: { destination: string; medium: string; offSite: boolean }[];
}

/** What one part of a set came to at one destination. */
export interface PartSaved {
  destination: string;
  part: string;
  snapshot: string;
  files: number;
  changed: number;
  bytes: number;
  addedBytes: number;
  /** What could not be read, at most ten of them, and how much it was; it is not in the backup. */
  unread: string[];
  unreadCount: number;
}

/** What is saved: all of a set, to each of its destinations unless `to` names some. A repository that is not there is made; where there was one, only to `renew` it: its disk may not be mounted. */
export interface SaveWish {
  set: string;
  to?: readonly string[] | undefined;
  renew?: boolean | undefined;
  /** By which what it makes is found again: see `marked`. */
  mark?: string | undefined;
}

/** The backups of a set as they are at one destination, or why nobody can tell. */
export interface Kept {
  destination: string;
  snapshots: (Snapshot & { bytes: number | undefined; addedBytes?: number | undefined; ageMs: number })[];
  reason: string | undefined;
}

/** What two backups of a set differ in. */
export interface Difference {
  older: Snapshot;
  newer: Snapshot;
  changed: number;
  added: number;
  removed: number;
  addedBytes: number;
  removedBytes: number;
  /** The first of them: `M /etc/hosts`. */
  paths: string[];
}

/** What dropping old backups would do. */
export interface PrunePlan {
  keep: Partial<Record<'last' | 'hourly' | 'daily' | 'weekly' | 'monthly' | 'yearly', number | undefined>>;
  places: { destination: string; kept: number; removed: number; reason?: string | undefined }[];
}

export type Watch = (progress: BackupProgress) => void;

/** What a long run is at, in a few words, and how far it is in that as far as anybody knows. */
export interface Going extends Partial<BackupProgress> {
  at: string;
}

export type Follow = (going: Going) => void;

/**
 * The backups of a node. Every method that takes a set throws Problem `unknown-set` with the nearest names,
 * and a Problem that names the destination when its repository cannot be used.
 */
export interface Backups {
  sets(): BackupSet[];
  set(name: string): BackupSet;
  /** Saves a set to each of its destinations; what has to be still meanwhile is stopped, and started again. Throws only when none of them has it. */
  save(
    wish: SaveWish,
    watch: Watch,
    signal: AbortSignal,
  ): Promise<{ parts: PartSaved[]; failed: DestinationFailed[]; woken?: Woken | undefined }>;
  /** Starts what a save that died has left stopped, and what did not come back after one; undefined: nothing was. */
  wake(set: string, signal: AbortSignal): Promise<Woken | undefined>;
  /** The sets for which `wake` would do something, or for which something is stopped now. */
  asleep(): Promise<string[]>;
  /** A mark that nothing has yet. */
  mark(): string;
  /** How many backups of a set a save with this mark has made, and which destinations could not be asked. */
  marked(set: string, mark: string, signal: AbortSignal): Promise<{ found: number; silent: DestinationFailed[] }>;
  /** The backups of one set or of all, newest first, as each destination has them. */
  list(set: string | undefined, signal: AbortSignal): Promise<Kept[]>;
  /** Checks the repositories of a set: their structure, and `readPercent` of the data itself. */
  check(
    set: string,
    readPercent: number,
    signal: AbortSignal,
    follow?: Follow,
  ): Promise<{ destination: string; reason: string | undefined; code?: string | undefined }[]>;
  /** Compares two backups of files; the two newest unless they are named. */
  diff(
    set: string,
    ids: { older?: string | undefined; newer?: string | undefined },
    signal: AbortSignal,
  ): Promise<Difference>;
  /** Takes away the locks that nobody holds any more; answers how many stay. */
  unlock(
    set: string,
    signal: AbortSignal,
  ): Promise<{ destination: string; left: number; reason: string | undefined }[]>;
  /** How many backups of each age a set keeps, and how many would stay and go at each destination that tells it in time. */
  planPrune(set: string, signal: AbortSignal): Promise<PrunePlan>;
  /** Drops the backups that the set does not keep, and their data; `removed` are gone also where a reason says that their data is not. */
  prune(
    set: string,
    signal: AbortSignal,
    follow?: Follow,
  ): Promise<
    { destination: string; kept: number; removed: number; reason: string | undefined; code?: string | undefined }[]
  >;
  /** What a restore would do. */
  planRestore(wish: RestoreWish, signal: AbortSignal): Promise<RestorePlan>;
  /** Backs up what is there, then restores beside it and compares it with the backup. Changes nothing of what is there. */
  stage(wish: RestoreWish, signal: AbortSignal, follow?: Follow): Promise<Staged>;
  /** Puts what was staged in place: pauses, swaps by rename, resumes. */
  swap(set: string, signal: AbortSignal): Promise<Swapped>;
  /** Swaps back what the last restore of the set put in place; Problem `nothing-to-undo` if `of` names another. */
  undo(set: string, signal: AbortSignal, of?: UndoWish): Promise<Swapped>;
  /** What `undo` would put back. */
  undoable(set: string): Promise<Undoable | undefined>;
  /** Brings a restore that was interrupted to an end: what began to be put in place is finished, what did not stays as it was. */
  settle(set: string, signal: AbortSignal): Promise<Settled>;
  /** What became of the restore or undo with this mark; nothing is touched. */
  standing(set: string, mark: string): Promise<Standing>;
  /** What lies in a folder of a backup. Throws Problem `restore-path` for what is not in it. */
  contents(of: Excerpt, signal: AbortSignal): Promise<Contents>;
  /** What a copy would be. Throws Problem `copies` where the node has no place for copies, or none that can be used. */
  planCopy(wish: CopyWish, signal: AbortSignal): Promise<CopyPlan>;
  /** Restores to a new folder and compares it with the backup; it is there as a whole or not at all. */
  copy(wish: CopyWish, signal: AbortSignal, follow?: Follow): Promise<{ to: string; files: number; bytes: number }>;
  /** Takes away what a copy with this mark left half done. */
  dropCopy(to: string, mark: string): Promise<void>;
  /** Whether the copy with this mark is there; nothing is touched. */
  copied(mark: string): Promise<boolean>;
  /** Restores the newest backup of files to a scratch place, compares it, and takes it away again. */
  drill(set: string, signal: AbortSignal, follow?: Follow): Promise<Drill>;
  /** What this node knows of each set by its own runs, without asking anybody; in the order of the configuration. */
  known(): Promise<SetKnown[]>;
  /** Whether each destination that holds backups can be used: folders are looked at, others are asked now and then. */
  places(signal: AbortSignal): Promise<PlaceKnown[]>;
}
