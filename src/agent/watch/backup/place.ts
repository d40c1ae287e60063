import { formatBytes } from '#src/kit/bytes.ts';
import { clip } from '#src/kit/text.ts';
import type { PlaceKnown } from '#src/operation/backupKnown.ts';
import type { Reading } from '../watch.ts';
import { ago, fact, remedy, showBackups } from './words.ts';

/** What may be over in a moment: told from the second time on. */
const PASSING = new Set(['backup-unreachable', 'backup-locked', 'command-timeout']);

/** A destination that cannot be used (away, locked, damaged): told once for all sets that it holds. */
export function placeReading({ destination, sets, isUsed, away }: PlaceKnown, now: number): Reading {
  const reading = { fingerprint: `backup place ${destination}`, well: `the repository ${destination} can be used` };
  const [set] = sets;
  if (away === undefined) return { ...reading, trouble: undefined };
  if (isUsed || (PASSING.has(away.code) && away.times < 2)) return { ...reading, trouble: 'unsure' };
  const isLocked = away.code === 'backup-locked';
  const button = isLocked
    ? remedy('Take stale locks away', 'backup_unlock', set ?? '')
    : remedy('Back up now', 'backup', set ?? '');
  return {
    ...reading,
    trouble: {
      tone: 'bad',
      title: `the repository ${destination} ${isLocked ? 'is locked' : 'cannot be used'}`,
      facts: [
        fact('Reason', away.because),
        fact('Since', ago(away.since, now)),
        ...(sets.length > 0 ? [fact('Keeps', clip(sets.join(', '), 300))] : []),
      ],
      buttons: set === undefined ? [] : [button, showBackups(set)],
    },
  };
}

/** A folder of this machine that runs out of space for backups; of other destinations nobody can tell. */
export function roomReading({ destination, sets, room }: PlaceKnown): Reading | undefined {
  if (!room || room.totalBytes === 0) return undefined;
  const { freeBytes, totalBytes, wantedBytes, leastPercent } = room;
  const percent = Math.floor((freeBytes / totalBytes) * 100);
  const isBad = percent < leastPercent / 3 || freeBytes < wantedBytes;
  const isScarce = isBad || percent < leastPercent || freeBytes < 2 * wantedBytes;
  const [set] = sets;
  const free = `${formatBytes(freeBytes)} free of ${formatBytes(totalBytes)}`;
  return {
    fingerprint: `backup room ${destination}`,
    well: `${destination} has ${free}`,
    trouble: !isScarce
      ? undefined
      : {
          tone: isBad ? 'bad' : 'warn',
          title: `there is little room left for backups at ${destination}`,
          facts: [
            fact('Space', free, `at least ${leastPercent} %`),
            fact('Needed', `${formatBytes(wantedBytes)} the last time`),
          ],
          buttons: set === undefined ? [] : [remedy('Drop old backups', 'backup_prune', set), showBackups(set)],
        },
  };
}
