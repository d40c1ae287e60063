import type { Point } from './points.ts';
import { POINTS } from './points.ts';
import type { Kill } from './trial.ts';

/** A small seeded generator (mulberry32): the same seed gives the same trials. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The kills of every trial: each point `trials` times at occurrences spread over those of an undisturbed run; every third trial dies once more while it recovers. */
export function planTrials(
  counts: Record<string, number>,
  trials: number,
  random: () => number,
): { point: Point; kills: Kill[] }[] {
  const reached = POINTS.filter((point) => (counts[point] ?? 0) > 0);
  return reached.flatMap((point) =>
    Array.from({ length: trials }, (_, index) => {
      const first: Kill = { point, occurrence: 1 + (index % (counts[point] ?? 1)) };
      const second = reached[Math.floor(random() * reached.length)] ?? point;
      return { point, kills: index % 3 === 2 ? [first, { point: second, occurrence: 1 }] : [first] };
    }),
  );
}
