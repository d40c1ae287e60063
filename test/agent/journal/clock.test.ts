import { expect, test } from 'vitest';
import type { Random } from '../../random.ts';
import { createRandom } from '../../random.ts';
import { DAY_MS, live, NOW } from './life.ts';

const HOUR_MS = 3_600_000;
const SEED = 20_260_921;
const CASES = 1_000;
const SKEW_MS = 30_000;
const OFFSETS = [5_000, 29_000, 31_000, 59_000, 61_000, 600_000, HOUR_MS, DAY_MS, 30 * DAY_MS, 365 * DAY_MS];
const DELAYS = [0, 1_000, 29_000, 59_000, 60_000, 61_000, 95_000, 600_000, HOUR_MS, DAY_MS, 365 * DAY_MS];

test('a set-back clock is told with both times, what only reads is done, and all is well when it is right again', async () => {
  const { clock, ran, journal, take, verdictOf } = await live();
  clock.now = NOW + HOUR_MS;
  journal.tidy();
  clock.now = NOW + 1_000;
  await take('a');
  expect(await verdictOf('a')).toMatchObject({
    verdict: 'refused',
    reply: {
      title: expect.stringContaining(
        'it says 2026-09-21 12:00:01 UTC, and the journal has seen 2026-09-21 13:00:00 UTC. So nothing is changed there.',
      ),
    },
  });
  await take('b', {}, { operation: 'look' });
  expect(await verdictOf('b')).toMatchObject({ verdict: 'done' });
  clock.now = NOW + HOUR_MS + 1_000;
  await take('c');
  expect(await verdictOf('c')).toMatchObject({ verdict: 'done' });
  expect(ran).toEqual(['web', 'web']);
});

test('a small step back brings no order back that was over', async () => {
  const { clock, journal, ran, take, verdictOf } = await live();
  clock.now = NOW + 60_000;
  journal.tidy();
  clock.now = NOW + 59_000;
  await take('a', { issuedAt: NOW, expiresAt: NOW + 60_000 });
  expect(await verdictOf('a')).toMatchObject({ verdict: 'expired' });
  expect(ran).toEqual([]);
});

test('work that was accepted is not begun late when the clock was set back between two lives', async () => {
  const first = await live();
  const order = { kind: 'run', v: 1, operation: 'change', version: 1, input: { target: 'web' }, operator: 7 } as const;
  first.journal.accept('a', order, NOW + 60_000);
  first.clock.now = NOW + HOUR_MS;
  first.journal.tidy();
  await first.close();
  const second = await live({ folder: first.folder, now: NOW + 10_000 });
  await second.executor().recover();
  expect(await second.verdictOf('a')).toMatchObject({ verdict: 'refused' });
  expect(second.ran).toEqual([]);
});

test(`of ${CASES} orders under clocks that are wrong by 5 s to a year, none is begun when its time is over`, async () => {
  const random = createRandom(SEED);
  const { clock, ran, journal, take, executor, reborn } = await live({ file: ':memory:', now: NOW - 2_000 * DAY_MS });
  const begun: string[] = [];
  let inTime = 0;
  for (let n = 0; n < CASES; n += 1) {
    const { issuedAt, arrivesAt, before, after } = drawCase(random, n);
    const job = `case-${n}`;
    clock.now = issuedAt + before - 1_000;
    journal.renew();
    reborn();
    clock.now = arrivesAt + before;
    journal.tidy();
    clock.now = arrivesAt + after;
    // Any word from the hub tells its time.
    if (before !== 0) await executor().take(query(arrivesAt));
    await take(job, { issuedAt, expiresAt: issuedAt + 60_000 }, { input: { target: job } });
    await executor().settle(10_000);
    const done = ran.includes(job);
    const over = arrivesAt >= issuedAt + 60_000 + SKEW_MS;
    if (done && over) begun.push(job);
    if (done) inTime += 1;
  }
  expect(begun).toEqual([]);
  expect(inTime, 'the guard is not a wall').toBeGreaterThan(50);
  process.stdout.write(`seed ${SEED}: ${CASES} orders under wrong clocks, ${inTime} begun in time, 0 begun late\n`);
}, 60_000);

/** One order by the hub's clock, and how wrong the node's clock is before and after it was set. */
function drawCase(random: Random, n: number) {
  const issuedAt = NOW + n * 1_000;
  const offset = () => random.pick(OFFSETS) * (random.chance(50) ? -1 : 1);
  const before = random.chance(50) ? 0 : offset();
  const after = random.chance(60) ? before - random.pick(OFFSETS) : offset();
  return { issuedAt, arrivesAt: issuedAt + random.pick(DELAYS), before, after };
}

function query(at: number) {
  return { jti: 'q', epoch: 1, issuedAt: at, expiresAt: at + 60_000, body: { kind: 'query', v: 1 } as const };
}
