/** What a node does with its backups, by itself or asked. */
export const CHORES = ['save', 'check', 'drill', 'prune'] as const;
export type Chore = (typeof CHORES)[number];

/** The code of a run that its process did not live to end. */
export const INTERRUPTED = 'interrupted';

/** What has to go well for a trouble of a destination to be over: any use of it, one that takes its lock, a save, a check, or a look at which repository it is. */
export type PlaceEnd = 'use' | 'lock' | 'save' | 'check' | 'look';

const ENDS: Readonly<Record<string, PlaceEnd>> = {
  ...{ 'backup-unreachable': 'use', 'backup-no-repository': 'use', 'backup-password': 'use' },
  ...{ 'command-timeout': 'use', 'secret-file': 'use', 'backup-locked': 'lock' },
  ...{ 'backup-full': 'save', 'backup-refused': 'save', 'backup-damaged': 'check', 'backup-unreadable': 'check' },
  ...{ 'backup-replaced': 'look', 'backup-emptied': 'look' },
};

/** How a trouble of a destination ends, by its code; undefined when the code says something of what was to be saved. */
export function endOf(code: string): PlaceEnd | undefined {
  return ENDS[code];
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
  /** Its backups at each destination. */
  saved: PlaceSaved[];
  /** When the destination that is most behind got all of it; undefined: none has it yet. */
  savedAt: number | undefined;
  /** How long ago that was, in ms. */
  savedAgoMs: number | undefined;
  /** How old its backups may be, in ms: a day where neither its schedule nor anybody says otherwise. */
  maxAgeMs: number;
  /** A destination's backup is older than that. */
  isLate: boolean;
  /** How old the last proof may be, in ms; undefined: nobody said. */
  maxDrillAgeMs: number | undefined;
  /** What the newest backup of all parts comes to, in bytes. */
  bytes: number | undefined;
  /** Sizes of the last backups of each part at each destination, the newest last, at most eleven, in bytes. */
  sizes: { destination: string; part: string; bytes: number[] }[];
  /** How many times larger or smaller than usual is worth a word. */
  sizeFactor: number;
  /** What the last backup could not read, at most ten, and how much it was. */
  unread: string[];
  unreadCount: number;
  /** The backup that the last drill restored. */
  proven: string | undefined;
}

/** When a destination last got all of a set, in ms since 1970; undefined: never, or nobody can tell. */
export interface PlaceSaved {
  destination: string;
  at: number | undefined;
  isLate: boolean;
  /** What was noted instead, when that is still to come: a clock was wrong, or is. */
  aheadAt: number | undefined;
}

/** Why a destination could not be used, since when (ms since 1970) and how often, twice and more being two. */
export interface PlaceTrouble {
  code: string;
  because: string;
  since: number;
  times: number;
}

/** A destination as this node last met it; `room` only where it is a folder of this machine, with what the last backup added to it. */
export interface PlaceKnown {
  destination: string;
  sets: string[];
  /** Something works with it now, so that nobody can tell. */
  isUsed: boolean;
  /** None while it can be used, or nobody has tried. */
  troubles: PlaceTrouble[];
  room: { freeBytes: number; totalBytes: number; wantedBytes: number; leastPercent: number } | undefined;
}
