import { formatBytes } from '#src/kit/bytes.ts';
import type { SetKnown } from '#src/operation/backupKnown.ts';
import type { Reading } from '../watch.ts';
import { fact, remedy, showBackups } from './words.ts';

/** With fewer backups before it nobody can say what is usual. */
const LEAST = 3;
/** Growth by less than this is not worth a word, in bytes. */
const SMALL = 1_000_000;
/** Parts that are told in full. */
const TOLD = 5;

interface Odd {
  where: string;
  how: 'smaller' | 'larger' | 'empty';
  newest: number;
  usual: number;
  before: number;
}

/** A part of a backup that is far larger or smaller than usual, or empty (row B3): something was added that should not be, or what should be saved is gone. */
export function sizeReading({ name, sizes, sizeFactor, running }: SetKnown): Reading {
  const reading = { fingerprint: `backup size ${name}`, well: `the backup of ${name} has its usual size` };
  const all = sizes.flatMap(({ destination, part, bytes }) => {
    const odd = oddOf(bytes, sizeFactor);
    return odd ? [{ ...odd, where: `${part === 'files' ? part : `dump ${part}`} at ${destination}` }] : [];
  });
  const [first] = all;
  if (first === undefined) return { ...reading, trouble: undefined };
  if (running === 'save') return { ...reading, trouble: 'unsure' };
  return {
    ...reading,
    trouble: {
      tone: 'warn',
      title:
        first.how === 'empty'
          ? `the newest backup of ${name} is empty (${first.where})`
          : `the newest backup of ${name} is far ${first.how} than usual (${first.where})`,
      facts: all.slice(0, TOLD).flatMap((odd) => factsOf(odd, sizeFactor)),
      buttons: [remedy('What changed', 'backup_diff', name), showBackups(name)],
    },
  };
}

/** What is empty and was not is odd, however few are known. */
function oddOf(sizes: readonly number[], factor: number): Omit<Odd, 'where'> | undefined {
  const newest = sizes.at(-1);
  const before = sizes.slice(0, -1);
  if (newest === undefined) return undefined;
  const found = { newest, usual: medianOf(before), before: before.length };
  if (newest === 0) return before.some((bytes) => bytes > 0) ? { ...found, how: 'empty' } : undefined;
  if (before.length < LEAST) return undefined;
  if (newest * factor < found.usual) return { ...found, how: 'smaller' };
  const isLarge = newest > found.usual * factor && newest - found.usual > SMALL;
  return isLarge ? { ...found, how: 'larger' } : undefined;
}

function factsOf({ where, newest, usual, before }: Odd, factor: number) {
  const range = `${formatBytes(usual / factor)} to ${formatBytes(usual * factor)}`;
  return [
    fact('Newest', `${formatBytes(newest)}, ${where}`, range),
    fact('Usual', `${formatBytes(usual)}, of the last ${before}`),
  ];
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return ((sorted[middle] ?? 0) + (sorted[sorted.length - 1 - middle] ?? 0)) / 2;
}
