/** One backup in one repository; `part` is `files`, or the name of the dump it holds. `at` in ms since 1970. */
export interface Snapshot {
  id: string;
  set: string;
  part: string;
  destination: string;
  at: number;
  /** It was made before a restore. */
  emergency: boolean;
  /** Its time is still to come: a clock was wrong, or is. */
  isAhead?: true | undefined;
  /** The paths that were saved, as its repository tells them. */
  paths?: readonly string[] | undefined;
}

/** The part of a set that is its files; no dump has this name. */
export const FILES = 'files';

/** The parts that a set has, by their names: its files, and its dumps. */
export function partNames(paths: readonly string[], dumps: readonly string[]): string[] {
  return [...(paths.length > 0 ? [FILES] : []), ...dumps];
}
