import { formatDuration } from '#src/kit/duration.ts';
import { clip } from '#src/kit/text.ts';
import type { SetKnown } from '#src/operation/backupKnown.ts';
import type { Reading } from '../watch.ts';
import { ago, fact, remedy, showBackups } from './words.ts';

/** How long a machine may be awake before what it slept over is late, in ms. */
const WAKING_MS = 15 * 60_000;

/** A save that works so long, in ms, keeps nobody from saying that its set is late. */
const SAVING_MS = 3_600_000;

/** A set whose newest backup at any of its destinations is too old (row B3). */
export function overdueReading(set: SetKnown, now: number, awakeMs: number): Reading {
  const { name, maxAgeMs, isLate, saved, savedAt, running, chores } = set;
  const reading = { fingerprint: `backup age ${name}`, well: `${name} was saved ${ago(savedAt, now)}` };
  if (!isLate) return { ...reading, trouble: undefined };
  const { failure, triedAt = now } = chores.save;
  const savingMs = running === 'save' ? now - triedAt : undefined;
  if ((savingMs ?? Number.POSITIVE_INFINITY) <= SAVING_MS || awakeMs < WAKING_MS)
    return { ...reading, trouble: 'unsure' };
  const late = saved.filter((one) => one.isLate && one.aheadAt === undefined);
  // That it is dated later than now is told by itself.
  if (saved.length > 0 && late.length === 0) return { ...reading, trouble: 'unsure' };
  const where = late.length < saved.length ? ` at ${late.map(({ destination }) => destination).join(', ')}` : '';
  return {
    ...reading,
    trouble: {
      tone: 'bad',
      title:
        savedAt === undefined && late.length === saved.length
          ? `${name} was never saved`
          : clip(`the newest backup of ${name}${where} is too old`, 300),
      facts: [
        ...late.map(({ destination, at }) => fact(destination, ago(at, now), `at most ${formatDuration(maxAgeMs)}`)),
        ...(savingMs === undefined ? [] : [fact('At work', `it is saved now, for ${formatDuration(savingMs)}`)]),
        ...(failure && savingMs === undefined ? [fact('Reason', failure.because)] : []),
      ],
      buttons: [remedy('Back up now', 'backup', name), showBackups(name)],
    },
  };
}

/** A set that was not proven to be restorable for too long (row B4); only where somebody asked for proofs. */
export function proofReading(set: SetKnown, now: number, awakeMs: number): Reading | undefined {
  const { name, maxDrillAgeMs, since, running, chores } = set;
  if (maxDrillAgeMs === undefined) return undefined;
  const { doneAt, failure } = chores.drill;
  const reading = { fingerprint: `backup proof ${name}`, well: `${name} was proven ${ago(doneAt, now)}` };
  if (now - (doneAt ?? since) <= maxDrillAgeMs) return { ...reading, trouble: undefined };
  if (running === 'drill' || awakeMs < WAKING_MS) return { ...reading, trouble: 'unsure' };
  return {
    ...reading,
    trouble: {
      tone: 'warn',
      title:
        doneAt === undefined ? `${name} was never restored in a drill` : `the last drill of ${name} is too long ago`,
      facts: [
        fact('Last drill', ago(doneAt, now), `at most ${formatDuration(maxDrillAgeMs)}`),
        ...(failure ? [fact('Reason', failure.because)] : []),
      ],
      buttons: [remedy('Drill now', 'restore_drill', name)],
    },
  };
}
