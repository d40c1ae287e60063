import { z } from 'zod';
import type { DestinationFailed } from './destinationFailed.ts';
import type { Snapshot } from './snapshot.ts';

/** What is to be restored: the newest backup of files unless `snapshot` names another, and all of it unless `path` names a part. */
export interface RestoreWish {
  set: string;
  snapshot?: string | undefined;
  path?: string | undefined;
  /** By which it is known again: see `Backups.standing`. */
  mark?: string | undefined;
}

/** What is to be undone: the last restore, and only if it is `restore` where that is given. */
export interface UndoWish {
  restore?: string | undefined;
  mark?: string | undefined;
}

/** What became of one restore or undo; `unfinished`: what was stopped for it may be down, and only some of its paths in place. `forgotten`: so long ago that what it left, and its record, may be taken away. */
export type Standing = 'in place' | 'unfinished' | 'not in place' | 'forgotten';

/** Files that a restore would treat alike, and the first of them (or of the folders that hold them). */
interface Alike {
  files: number;
  first: string[];
}

/** What a restore would change, file by file: `changed` differ, `missing` come back, `extra` are not in the backup and go. A folder itself does not count. */
export interface RestoreChanges {
  changed: Alike;
  missing: Alike;
  extra: Alike;
  /** How much of the backup was compared. */
  taken: number;
  /** Things that could not be compared: nobody here can read them, or their names are no text. */
  skipped: number;
  /** Not when time or patience ran out: then there may be more. */
  isWhole: boolean;
}

/** What a restore would do, seen without doing it. */
export interface RestorePlan {
  snapshot: Snapshot;
  /** Paths that will be put in place, and whether something is there now. */
  roots: { path: string; there: boolean }[];
  /** Paths that were asked for and are not in that backup: they stay as they are. */
  absent: string[];
  /** undefined when the repository did not tell it in time. */
  bytes: number | undefined;
  changes: RestoreChanges;
  /** Free space where it is staged. */
  freeBytes: number;
  pause: string[];
  /** An interrupted restore that this one would go on with. */
  continues: boolean;
  /** Destinations that were not heard: they may have a newer backup. Empty when one backup was asked for by its id. */
  silent: DestinationFailed[];
}

/** What was staged and found to be as it is in the backup. */
export interface Staged {
  files: number;
  bytes: number;
  /** The backup of what was there, made first; undefined when there was nothing. */
  emergency: string | undefined;
  /** What could not be read for it, at most ten of them; it is kept with what is replaced. */
  unread?: string[] | undefined;
}

/** The last restore of a set, or its undoing, which `undo` would take back; `at` in ms since 1970. */
export interface Undoable {
  id: string;
  kind: 'restore' | 'undo';
  paths: string[];
  /** The backup it put in place. */
  snapshot: string | undefined;
  at: number;
}

/** How the world stands after a restore or its undoing (`id`): where what was there before is kept (`old`), what runs again, and what did not come back. */
export const Swapped = z.object({
  id: z.string(),
  paths: z.array(z.string()),
  old: z.array(z.string()),
  resumed: z.array(z.string()),
  unwell: z.array(z.object({ name: z.string(), reason: z.string() })),
});
export type Swapped = z.infer<typeof Swapped>;

/** What became of workloads that were stopped for a while. */
export const Woken = Swapped.pick({ resumed: true, unwell: true });
export type Woken = z.infer<typeof Woken>;

/** What was proven by restoring the newest backup to a scratch place. */
export interface Drill {
  snapshot: Snapshot;
  files: number;
  bytes: number;
  tookMs: number;
  /** How many of its files are the same on the node now. */
  unchanged: number;
  /** The set's own program has looked at what was restored, and was content. */
  isChecked: boolean;
}

/** How a restore that was interrupted stands once it was brought to an end. */
export type Settled =
  | { state: 'nothing' }
  | { state: 'old'; paths: string[]; unwell: Woken['unwell'] }
  | { state: 'new'; swapped: Swapped };
