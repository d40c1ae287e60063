import { formatBytes } from '#src/kit/bytes.ts';
import type { SetKnown } from '#src/operation/backupKnown.ts';
import type { Reading } from '../watch.ts';
import { fact, remedy, showBackups } from './words.ts';

/** With fewer backups before it nobody can say what is usual. */
const LEAST = 3;
/** Growth by less than this is not worth a word, in bytes. */
const SMALL = 1_000_000;

/** A backup far larger or smaller than usual (row B3): something was added that should not be, or what should be saved is gone. */
export function sizeReading({ name, sizes, sizeFactor, running }: SetKnown): Reading {
  const newest = sizes.at(-1);
  const before = sizes.slice(0, -1);
  const reading = { fingerprint: `backup size ${name}`, well: `the backup of ${name} has its usual size` };
  if (newest === undefined || before.length < LEAST) return { ...reading, trouble: undefined };
  if (running === 'save') return { ...reading, trouble: 'unsure' };
  const usual = medianOf(before);
  const isSmall = newest * sizeFactor < usual;
  const isLarge = newest > usual * sizeFactor && newest - usual > SMALL;
  if (!isSmall && !isLarge) return { ...reading, trouble: undefined };
  const range = `${formatBytes(usual / sizeFactor)} to ${formatBytes(usual * sizeFactor)}`;
  return {
    ...reading,
    trouble: {
      tone: 'warn',
      title: `the newest backup of ${name} is far ${isSmall ? 'smaller' : 'larger'} than usual`,
      facts: [
        fact('Newest', formatBytes(newest), range),
        fact('Usual', `${formatBytes(usual)}, of the last ${before.length}`),
      ],
      buttons: [remedy('What changed', 'backup_diff', name), showBackups(name)],
    },
  };
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return ((sorted[middle] ?? 0) + (sorted[sorted.length - 1 - middle] ?? 0)) / 2;
}
