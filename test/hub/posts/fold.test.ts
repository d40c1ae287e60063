import { describe, expect, test } from 'vitest';
import { inOrder } from '#src/hub/posts/fold.ts';
import type { Cursor } from '#src/wire/cursor.ts';
import type { Event } from '#src/wire/event.ts';
import { createRandom } from '../../random.ts';

const event = (log: string, seq: number): Event => ({
  v: 1,
  log,
  seq,
  base: 0,
  at: 0,
  saying: { kind: 'accepted', job: `${log}${seq}` },
});
/** Events written as `A1 A2 B1`, in the order of their numbers, as they are read. */
const events = (text: string) =>
  text
    .split(' ')
    .filter(Boolean)
    .map((each) => event(each.charAt(0), Number(each.slice(1))))
    .sort((a, b) => a.seq - b.seq);
const names = (list: readonly Event[]) => list.map(({ log, seq }) => `${log}${seq}`).join(' ');

describe('events are taken in their order without a gap', () => {
  test.each<[string, string, Cursor | undefined, { taken: string; to: Cursor | undefined; gap: boolean }]>([
    ['the first ones', 'A1 A2', undefined, { taken: 'A1 A2', to: { log: 'A', seq: 2 }, gap: false }],
    ['the next ones', 'A3 A4', { log: 'A', seq: 2 }, { taken: 'A3 A4', to: { log: 'A', seq: 4 }, gap: false }],
    ['none', '', { log: 'A', seq: 2 }, { taken: '', to: { log: 'A', seq: 2 }, gap: false }],
    ['none of an unknown node', '', undefined, { taken: '', to: undefined, gap: false }],
    [
      'those that are sent twice, once',
      'A1 A1 A2 A2',
      undefined,
      { taken: 'A1 A2', to: { log: 'A', seq: 2 }, gap: false },
    ],
    [
      'not those that were taken before',
      'A1 A2 A3',
      { log: 'A', seq: 2 },
      { taken: 'A3', to: { log: 'A', seq: 3 }, gap: false },
    ],
    ['only old ones', 'A1 A2', { log: 'A', seq: 5 }, { taken: '', to: { log: 'A', seq: 5 }, gap: false }],
    ['up to a gap', 'A1 A2 A4', undefined, { taken: 'A1 A2', to: { log: 'A', seq: 2 }, gap: true }],
    ['none after a gap', 'A5 A6', { log: 'A', seq: 2 }, { taken: '', to: { log: 'A', seq: 2 }, gap: true }],
    ['none when the beginning is missing', 'A2 A3', undefined, { taken: '', to: undefined, gap: true }],
    [
      'a new log from its beginning',
      'B1 B2',
      { log: 'A', seq: 7 },
      { taken: 'B1 B2', to: { log: 'B', seq: 2 }, gap: false },
    ],
    ['a new log up to a gap', 'B1 B3', { log: 'A', seq: 7 }, { taken: 'B1', to: { log: 'B', seq: 1 }, gap: true }],
    [
      'the end of an old log before the beginning of a new one',
      'A8 A9 B1 B2',
      { log: 'A', seq: 7 },
      { taken: 'A8 A9 B1 B2', to: { log: 'B', seq: 2 }, gap: false },
    ],
    [
      'a new log whose beginning is missing, which has to be asked for',
      'B2 B3',
      { log: 'A', seq: 7 },
      { taken: '', to: { log: 'A', seq: 7 }, gap: true },
    ],
  ])('%s', (_, text, cursor, { taken, to, gap }) => {
    const outcome = inOrder(events(text), cursor);
    expect({ ...outcome, taken: names(outcome.taken) }).toEqual({ taken, to, gap });
  });

  test('late words of an old log are not taken, and are not in the way', () => {
    const { taken, to } = inOrder(events('A8 B3'), { log: 'B', seq: 2 });
    expect({ taken: names(taken), to }).toEqual({ taken: 'B3', to: { log: 'B', seq: 3 } });
  });

  test('also when a saying is delivered twice, in pieces and out of order: each is taken once', () => {
    const random = createRandom(5);
    for (let round = 0; round < 200; round += 1) {
      let cursor: Cursor | undefined;
      const heard: string[] = [];
      let waiting = Array.from({ length: 12 }, (_, i) => i + 1);
      while (waiting.length > 0) {
        // A node sends again what is not acknowledged; the stream loses some of it and doubles some.
        const sent = waiting.filter(() => random.chance(70)).flatMap((seq) => (random.chance(30) ? [seq, seq] : [seq]));
        const outcome = inOrder(
          sent.map((seq) => event('A', seq)),
          cursor,
        );
        heard.push(...outcome.taken.map(({ seq }) => `${seq}`));
        cursor = outcome.to;
        expect(outcome.gap).toBe(sent.some((seq) => seq > (cursor?.seq ?? 0)));
        waiting = waiting.filter((seq) => seq > (cursor?.seq ?? 0));
      }
      expect(heard).toEqual(Array.from({ length: 12 }, (_, i) => `${i + 1}`));
    }
  });
});
