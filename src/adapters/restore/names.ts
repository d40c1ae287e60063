import { randomBytes } from 'node:crypto';

/** Beginning of the name of a folder in which something is staged; it lies beside what it will replace. */
export const STAGE = '.nightguard-stage-';
/** Beginning of the name under which what was replaced is kept beside it. */
export const OLD = '.nightguard-old-';
/** Beginning of the name of what is being taken away: nobody puts it in place any more. */
export const DYING = `${OLD}dying-`;

/** Backups leave all of them out. */
export const OWN_EXCLUDES = [`${STAGE}*`, `${OLD}*`];

/** A time as it stands in names, to the second; `at` in ms since 1970. */
export function stampOf(at: number): string {
  return new Date(at).toISOString().replace(/[-:]|\.\d+/g, '');
}

/** A mark that nothing has yet, and that tells when it was made. */
export function newMark(now: number): string {
  return `${stampOf(now)}-${randomBytes(8).toString('hex')}`;
}

/** The time with which a name begins, in ms since 1970. */
export function timeOf(name: string): number | undefined {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-/.exec(name) ?? [];
  return year === undefined ? undefined : Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/** A pattern that leaves out nothing more, by which a backup is known again: restic keeps the patterns with it. */
export function markPattern(mark: string): string {
  return `${OLD}mark-${mark}`;
}
