import type { Snapshot } from '#src/operation/snapshot.ts';
import type { SnapshotLine } from '../restic/lines.ts';

const EMERGENCY = 'emergency';

/** The tags of a backup, by which it is found again. */
export function tagsOf({ set, part, emergency }: Pick<Snapshot, 'set' | 'part' | 'emergency'>): string[] {
  return [tagOfSet(set), `part:${part}`, ...(emergency ? [EMERGENCY] : [])];
}

/** The tag that all backups of a set carry. */
export function tagOfSet(set: string): string {
  return `set:${set}`;
}

/** A backup of ours; undefined for what somebody else keeps in the same repository. */
export function snapshotOf({ id, time, tags, paths }: SnapshotLine, destination: string): Snapshot | undefined {
  const tagged = (key: string) => tags?.find((tag) => tag.startsWith(`${key}:`))?.slice(key.length + 1);
  const [set, part] = [tagged('set'), tagged('part')];
  if (set === undefined || part === undefined) return undefined;
  return { id, set, part, destination, at: Date.parse(time), emergency: tags?.includes(EMERGENCY) ?? false, paths };
}
