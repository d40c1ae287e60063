import { formatDuration } from '#src/kit/duration.ts';
import { count } from '#src/kit/text.ts';
import type { Node } from './fleet.ts';

/** How the backups of the fleet stand, for the daily message: how many sets, the oldest backup, the oldest proof, and what is in trouble. */
export function backupLines(nodes: readonly Pick<Node, 'name' | 'backups'>[], now: number): string[] {
  const all = nodes.flatMap(({ name, backups = [] }) =>
    backups.map((each) => ({ name: `${name} ${each.set}`, ...each })),
  );
  if (all.length === 0) return [];
  const oldest = firstBy(all, ({ savedAt }) => savedAt);
  const proof = firstBy(all, ({ provenAt }) => provenAt);
  const saved = all.filter(({ savedAt }) => savedAt !== undefined).length;
  const words = [
    `${saved} of ${count(all.length, 'set')} backed up`,
    ...(oldest ? [`the oldest ${formatDuration(now - oldest.at)} ago (${oldest.of.name})`] : []),
    ...(proof
      ? [`the oldest drill ${formatDuration(now - proof.at)} ago (${proof.of.name})`]
      : ['none proven by a drill']),
  ];
  const trouble = all.filter((each) => each.trouble).map(({ name }) => name);
  return [
    `💾 Backups: ${words.join('; ')}`,
    ...(trouble.length > 0 ? [`⚠️ late or failing: ${trouble.join(', ')}`] : []),
  ];
}

function firstBy<T>(all: readonly T[], at: (one: T) => number | undefined): { of: T; at: number } | undefined {
  const known = all.flatMap((of) => {
    const time = at(of);
    return time === undefined ? [] : [{ of, at: time }];
  });
  return known.sort((one, other) => one.at - other.at)[0];
}
