import { formatBytes } from '#src/kit/bytes.ts';
import { clip } from '#src/kit/text.ts';
import type { PlaceEnd, PlaceKnown, PlaceTrouble } from '#src/operation/backupKnown.ts';
import { endOf } from '#src/operation/backupKnown.ts';
import type { ReplyInput } from '#src/operation/reply.ts';
import type { Reading } from '../watch.ts';
import { ago, fact, remedy, showBackups } from './words.ts';

/** What may be over in a moment: told from the second time on. */
const PASSING = new Set(['backup-unreachable', 'backup-locked', 'command-timeout']);

/** Troubles of a destination that end alike are one alert. */
const KINDS: readonly { key: string; ends: readonly PlaceEnd[]; well: string }[] = [
  { key: 'place', ends: ['use', 'lock'], well: 'can be used' },
  { key: 'writes', ends: ['save'], well: 'takes backups' },
  { key: 'damage', ends: ['check'], well: 'is not known to be damaged' },
  { key: 'identity', ends: ['look'], well: 'has its backups' },
];

/** What is wrong with a destination (away, locked, full, damaged, replaced): told once for all sets that it holds. */
export function placeReadings(place: PlaceKnown, now: number): Reading[] {
  const { destination, isUsed } = place;
  return KINDS.map(({ key, ends, well }) => {
    const reading = { fingerprint: `backup ${key} ${destination}`, well: `the repository ${destination} ${well}` };
    const found = place.troubles.filter(({ code }) => ends.some((end) => end === endOf(code)));
    // The latest that was found is how it is now.
    const trouble = found.at(-1);
    if (trouble === undefined) return { ...reading, trouble: undefined };
    if (isUsed || (PASSING.has(trouble.code) && trouble.times < 2)) return { ...reading, trouble: 'unsure' };
    return { ...reading, trouble: troubleOf(place, trouble, now) };
  });
}

function troubleOf({ destination, sets }: PlaceKnown, { code, because, since }: PlaceTrouble, now: number): ReplyInput {
  const [set] = sets;
  return {
    tone: 'bad',
    title: `the repository ${destination} ${wordsOf(code)}`,
    facts: [
      fact('Reason', because),
      fact('Since', ago(since, now)),
      ...(sets.length > 0 ? [fact('Keeps', clip(sets.join(', '), 300))] : []),
    ],
    buttons: set === undefined ? [] : [remedyOf(code, set), showBackups(set)],
  };
}

function wordsOf(code: string): string {
  switch (code) {
    case 'backup-locked':
      return 'is locked';
    case 'backup-damaged':
      return 'is damaged';
    case 'backup-unreadable':
      return 'cannot be read in full';
    case 'backup-replaced':
      return 'is another one than before';
    case 'backup-emptied':
      return 'has lost backups';
    default:
      return endOf(code) === 'save' ? 'takes no backups' : 'cannot be used';
  }
}

function remedyOf(code: string, set: string) {
  switch (code) {
    case 'backup-locked':
      return remedy('Take stale locks away', 'backup_unlock', set);
    case 'backup-damaged':
    case 'backup-unreadable':
      return { ...remedy('Check all of it', 'backup_check', set), input: { set, percent: '100' } };
    case 'backup-full':
      return remedy('Drop old backups', 'backup_prune', set);
    default:
      return remedy('Back up now', 'backup', set);
  }
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
