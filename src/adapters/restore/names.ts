/** Beginning of the name of a folder in which something is staged; it lies beside what it will replace. */
export const STAGE = '.nightguard-stage-';
/** Beginning of the name under which what was replaced is kept beside it. */
export const OLD = '.nightguard-old-';
/** Beginning of the name of what is being taken away: nobody puts it in place any more. */
export const DYING = `${OLD}dying-`;

/** Backups leave all of them out. */
export const OWN_EXCLUDES = [`${STAGE}*`, `${OLD}*`];

/** A pattern that leaves out nothing more, by which a backup is known again: restic keeps the patterns with it. */
export function markPattern(mark: string): string {
  return `${OLD}mark-${mark}`;
}
