import { formatBytes } from '#src/kit/bytes.ts';
import { formatDuration } from '#src/kit/duration.ts';
import { clip, count } from '#src/kit/text.ts';
import { utcMinute } from '#src/kit/utc.ts';
import type { SetKnown } from '#src/operation/backupKnown.ts';
import type { BackupProgress, BackupSet, Going } from '#src/operation/backups.ts';
import type { DestinationFailed } from '#src/operation/destinationFailed.ts';
import type { Fact } from '#src/operation/reply.ts';
import type { RestoreChanges, Swapped, Woken } from '#src/operation/restores.ts';
import type { Snapshot } from '#src/operation/snapshot.ts';

/** How far a backup has come: `42 % · 1.2 GB of 2.9 GB · 3100 files · about 40 s left`. */
export function progressText({ percent, bytes, totalBytes, files, remainingMs, stopped = [] }: BackupProgress): string {
  return [
    percent === undefined ? 'looking at the files' : `${percent} %`,
    totalBytes === undefined ? formatBytes(bytes) : `${formatBytes(bytes)} of ${formatBytes(totalBytes)}`,
    count(files, 'file'),
    ...(remainingMs === undefined ? [] : [`about ${formatDuration(remainingMs)} left`]),
    ...(stopped.length > 0 ? [`${stopped.join(', ')} stopped meanwhile`] : []),
  ].join(' · ');
}

/** What a long run is at: `restoring · 42 % · 1.2 GB of 2.9 GB · about 40 s left`. */
export function goingText({ at, percent, bytes, totalBytes, remainingMs }: Going): string {
  const much = bytes === undefined ? [] : [formatBytes(bytes)];
  return [
    at,
    ...(percent === undefined ? [] : [`${percent} %`]),
    ...(totalBytes === undefined ? much : [`${formatBytes(bytes ?? 0)} of ${formatBytes(totalBytes)}`]),
    ...(remainingMs === undefined ? [] : [`about ${formatDuration(remainingMs)} left`]),
  ].join(' · ');
}

/** Three copies, on two media, one of them off site: what a set has of it by what its node remembers, and where it has none. The data itself is one copy on one medium. */
export function copiesFact({ name, places }: Pick<BackupSet, 'name' | 'places'>, known: readonly SetKnown[]): Fact {
  const saved = known.find((each) => each.name === name)?.saved ?? [];
  const at = (destination: string) => saved.find((each) => each.destination === destination);
  const isFresh = (destination: string) => at(destination)?.at !== undefined && !at(destination)?.isLate;
  const hasAny = (destination: string) => (at(destination)?.at ?? at(destination)?.aheadAt) !== undefined;
  const isNew = !places.some(({ destination }) => hasAny(destination));
  const counted = isNew ? places : places.filter(({ destination }) => isFresh(destination));
  const [copies, media] = [1 + counted.length, 1 + new Set(counted.map(({ medium }) => medium)).size];
  const offSite = counted.filter((place) => place.offSite).length;
  const value = [
    `${count(copies, 'copy').replace('copys', 'copies')} on ${media === 1 ? '1 medium' : `${media} media`}, ${offSite} off site`,
    ...(isNew
      ? ['none yet, as far as this node knows']
      : places.flatMap(({ destination }) =>
          isFresh(destination) ? [] : [`${destination} ${hasAny(destination) ? 'is behind' : 'has none yet'}`],
        )),
  ].join(' · ');
  const well = copies >= 3 && media >= 2 && offSite >= 1 && !isNew;
  return {
    ...{ label: '3-2-1', value: clip(value, 400), limit: '3 copies on 2 media, 1 off site' },
    tone: well ? 'ok' : 'warn',
  };
}

/** What a set holds and where it goes. */
export function setFacts(set: BackupSet, known: readonly SetKnown[]): Fact[] {
  const what = [...set.paths, ...set.dumps.map((dump) => `dump ${dump}`)];
  return [
    { label: 'What', value: clip(what.join(', '), 400) },
    { label: 'To', value: clip(set.destinations.join(', '), 400) },
    copiesFact(set, known),
    ...(set.pauseToSave.length > 0
      ? [{ label: 'Stops meanwhile', value: clip(set.pauseToSave.join(', '), 400), tone: 'warn' as const }]
      : []),
  ];
}

/** The id of a backup as people type it. */
export function shortSnapshot(id: string): string {
  return id.slice(0, 8);
}

/** A backup as people know it again: `1f2e3d4c of 2026-11-20 02:00 UTC at nas`. */
export function snapshotText({ id, at, destination, part, emergency }: Snapshot): string {
  const what = [part === 'files' ? '' : `, dump ${part}`, emergency ? ', before a restore' : ''].join('');
  return clip(`${shortSnapshot(id)} of ${utcMinute(at)} at ${destination}${what}`, 400);
}

/** Destinations that a choice was made without. */
export function notHeardFacts(silent: readonly DestinationFailed[]): Fact[] {
  if (silent.length === 0) return [];
  const each = silent.map(({ destination, reason }) => `${destination}: ${reason}`).join(' ');
  return [{ label: 'Not heard', value: clip(`${each} A newer backup may be there.`, 400), tone: 'warn' }];
}

/** What a restore needs, and what there is. */
export function roomFact(bytes: number | undefined, freeBytes: number): Fact {
  const needed = bytes === undefined ? '' : `${formatBytes(bytes)} to restore, `;
  const isTight = bytes !== undefined && bytes > freeBytes;
  return { label: 'Room', value: `${needed}${formatBytes(freeBytes)} free`, tone: isTight ? 'bad' : 'ok' };
}

/** What a restore would change, file by file; what is not in the backup first, since it goes. */
export function changesFacts({ changed, missing, extra, taken, skipped, isWhole }: RestoreChanges): Fact[] {
  const fact = (label: string, { files, first }: RestoreChanges['changed'], tone?: 'warn'): Fact[] => {
    if (files === 0) return [];
    const more = files > first.length ? ' …' : '';
    const value = `${isWhole ? '' : 'at least '}${count(files, 'file')}: ${first.join(', ')}${more}`;
    return [{ label, value: clip(value, 400), ...(tone && { tone }) }];
  };
  const facts = [
    ...[...fact('Takes away', extra, 'warn'), ...fact('Changes', changed), ...fact('Adds', missing)],
    ...(skipped > 0 ? [{ label: 'Not compared', value: skippedText(skipped), tone: 'info' as const }] : []),
  ];
  if (!isWhole && taken === 0) return [{ label: 'Changes', value: 'could not be told in time', tone: 'info' }];
  if (!isWhole)
    return [
      ...facts,
      { label: 'Compared', value: `the first ${taken} of what is in the backup, in the time there was`, tone: 'info' },
    ];
  return facts.length > 0 ? facts : [{ label: 'Changes', value: 'nothing: all is as in the backup', tone: 'ok' }];
}

function skippedText(skipped: number): string {
  return `${count(skipped, 'thing')} that cannot be read here, or whose names are no text`;
}

/** How the world stands after trees were swapped. */
export function swappedFacts({ paths, old, resumed, unwell }: Swapped): Fact[] {
  return [
    { label: 'In place', value: clip(paths.join(', '), 400), tone: 'ok' },
    ...(old.length > 0 ? [{ label: 'Kept', value: clip(old.join(', '), 400), tone: 'info' as const }] : []),
    ...wokenFacts({ resumed, unwell }),
  ];
}

/** What runs again after it was stopped, and what does not. */
export function wokenFacts({ resumed, unwell }: Woken): Fact[] {
  return [
    ...(resumed.length > 0 ? [{ label: 'Runs again', value: clip(resumed.join(', '), 400), tone: 'ok' as const }] : []),
    ...unwell.map(({ name, reason }): Fact => ({ label: clip(name, 64), value: clip(reason, 400), tone: 'bad' })),
  ];
}

/** How a set stands by what its node remembers. */
export function knownFacts(set: SetKnown): Fact[] {
  const { name, saved, savedAgoMs, maxAgeMs, isLate, chores, bytes } = set;
  const { save, drill } = chores;
  const late = saved.filter((one) => one.isLate).map(({ destination }) => destination);
  const never = saved.some(({ aheadAt }) => aheadAt !== undefined) ? 'dated later than now' : 'never saved';
  const value = [
    savedAgoMs === undefined ? never : `saved ${formatDuration(savedAgoMs)} ago`,
    ...(late.length > 0 && late.length < saved.length ? [`late at ${late.join(', ')}`] : []),
    ...(bytes === undefined ? [] : [formatBytes(bytes)]),
    ...(drill.agoMs === undefined ? [] : [`proven ${formatDuration(drill.agoMs)} ago`]),
    ...(save.failures > 0 && save.failure ? [`last try failed: ${save.failure.because}`] : []),
  ].join(' · ');
  const isWorse = save.failures > 0 || savedAgoMs === undefined;
  return [
    {
      ...{ label: clip(`Backup ${name}`, 64), value: clip(value, 400) },
      ...{ limit: `at most ${formatDuration(maxAgeMs)} old`, tone: isLate ? 'bad' : isWorse ? 'warn' : 'ok' },
    },
  ];
}

/** What is said where no set is declared. */
export function noSets(): string {
  return 'Nothing is backed up here yet. Declare a set under node.backup.sets.';
}
