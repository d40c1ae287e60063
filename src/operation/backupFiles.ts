import type { Snapshot } from './snapshot.ts';

/** One backup and a part of what is in it: the newest of the set's files unless `snapshot` or `part` (the name of a dump) says another, and all of it unless `path` names a part. */
export interface Excerpt {
  set: string;
  snapshot?: string | undefined;
  part?: string | undefined;
  path?: string | undefined;
}

/** One thing in a folder of a backup; `at` in ms since 1970. */
export interface Thing {
  path: string;
  kind: 'dir' | 'file' | 'other';
  bytes: number;
  at: number;
}

/** What lies directly in a folder of a backup, folders first, at most 500 of `total`; a file is there by itself. */
export interface Contents {
  snapshot: Snapshot;
  /** Undefined where a set has several paths: these are its things then. */
  path: string | undefined;
  isFolder: boolean;
  things: Thing[];
  total: number;
  /** The node takes copies: see `Backups.copy`. */
  copies: boolean;
}

/** A copy of an excerpt, in a new folder of the place that the node has for copies; called after the set, the backup and the part of it unless `as` names it. */
export interface CopyWish extends Excerpt {
  as?: string | undefined;
  /** By which it is known again: see `Backups.copied`. */
  mark?: string | undefined;
}

/** What a copy would be. */
export interface CopyPlan {
  snapshot: Snapshot;
  paths: string[];
  /** The new folder, in which each path stands in full. */
  to: string;
  /** undefined when nobody can tell in time, or only a part of the backup is wanted. */
  bytes: number | undefined;
  freeBytes: number;
}
