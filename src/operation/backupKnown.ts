/** What a node does with its backups, by itself or asked. */
export const CHORES = ['save', 'check', 'drill', 'prune'] as const;
export type Chore = (typeof CHORES)[number];

/** The code of a run that its process did not live to end. */
export const INTERRUPTED = 'interrupted';

const OF_PLACES = new Set([
  ...['backup-unreachable', 'backup-locked', 'backup-no-repository', 'backup-password', 'backup-full'],
  'backup-refused',
  ...['backup-damaged', 'command-timeout', 'secret-file'],
]);

/** Whether the code of a failure says something of the destination, and not of what was to be saved. */
export function isOfPlace(code: string): boolean {
  return OF_PLACES.has(code);
}

/** How the latest try of a chore failed; `places` are the destinations that did. */
export interface Failure {
  code: string;
  because: string;
  places: string[];
}

/** What is known of one chore of a set. Times in ms since 1970; `doneAt` is when the last good run began. */
export interface ChoreKnown {
  doneAt: number | undefined;
  /** How long ago that was, in ms. */
  agoMs: number | undefined;
  tookMs: number | undefined;
  triedAt: number | undefined;
  /** Tries that failed since it last went well, and how the last of them did. */
  failures: number;
  failure: Failure | undefined;
}

/** What the node knows of one set without asking a repository: of its own runs, whoever ordered them. */
export interface SetKnown {
  name: string;
  destinations: string[];
  /** When this node first knew of the set, in ms since 1970. */
  since: number;
  /** The chores that have a schedule. */
  scheduled: Chore[];
  chores: Record<Chore, ChoreKnown>;
  /** The chore that runs now. */
  running: Chore | undefined;
  /** When the newest backup at any destination was begun. */
  savedAt: number | undefined;
  /** How long ago that was, in ms. */
  savedAgoMs: number | undefined;
  /** How old the newest backup and the last proof may be, in ms; undefined: nobody said. */
  maxAgeMs: number | undefined;
  /** Its newest backup is older than that. */
  isLate: boolean;
  maxDrillAgeMs: number | undefined;
  /** Sizes of its last backups, the newest last, at most eleven, in bytes; and how many times larger or smaller than usual is worth a word. */
  sizes: number[];
  sizeFactor: number;
  /** What the last backup could not read, at most ten. */
  unread: string[];
  /** The backup that the last drill restored. */
  proven: string | undefined;
}

/** A destination as this node last met it; `room` only where it is a folder of this machine, with what the last backup added to it. */
export interface PlaceKnown {
  destination: string;
  sets: string[];
  /** Something works with it now, so that nobody can tell. */
  isUsed: boolean;
  /** Why it could not be used, and since when and how often; undefined while it can, or nobody has tried. */
  away: { code: string; because: string; since: number; times: number } | undefined;
  room: { freeBytes: number; totalBytes: number; wantedBytes: number; leastPercent: number } | undefined;
}
