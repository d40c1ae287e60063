import type { Random } from '../random.ts';
import { hostile } from '../random.ts';

/** Spoils one to three places anywhere in an object: another type, another value, gone, or one too many. */
export function mutate(root: object, random: Random): void {
  for (let more = 1 + random.below(3); more > 0; more -= 1) {
    const places = placesOf(root);
    if (places.length === 0) return;
    const { holder, key } = random.pick(places);
    if (random.chance(20)) delete holder[key];
    else holder[random.chance(90) ? key : hostile(random, 12)] = spoilt(random, holder[key]);
  }
}

interface Place {
  holder: Record<string, unknown>;
  key: string;
}

function placesOf(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...placesOf(holder[key])]);
}

function spoilt(random: Random, before: unknown): unknown {
  return random.pick([
    ...[null, true, false, 0, -1, 0.5, 2 ** 53, -(2 ** 63), 1e308, '', '7', [], {}, [before], { id: before }],
    ...['\ud83d', '\u0000', 'x'.repeat(random.pick([300, 5_000, 100_000])), [[[[[[[[]]]]]]]], { toString: null }],
    hostile(random, 200),
    typeof before === 'number' ? before + random.pick([1, -1, 0.1]) : before,
    typeof before === 'number' ? String(before) : before,
  ]);
}
