import { describe, expect, test } from 'vitest';
import type { Ledger } from '#src/ledger/port.ts';
import { ADA } from '../fuzz/cast.ts';
import { ask, MESSAGE, press, pressWrongly, wrong } from '../fuzz/presses.ts';
import { testWithEither } from '../ledger/either.ts';
import { ordersOf } from '../ledger/samples.ts';
import { createRandom } from '../random.ts';
import { createRig } from './rig.ts';

test('1,000 wrong presses: none is taken, and each right one between them is', async () => {
  expect(await pressWrongly({ questions: 4, seed: 8 })).toEqual([]);
}, 60_000);

/** Fifty people and machines at once, nineteen of them right. */
async function race(ledger: Ledger): Promise<void> {
  const rig = await createRig(ledger);
  const random = createRandom(50);
  const confirm = await ask(rig, 1);
  rig.clock.now += 1_000;
  const right = { from: ADA, chat: ADA, message: MESSAGE, data: `y:${confirm}` };
  const presses = Array.from({ length: 50 }, (_, i) => (i % 8 < 3 ? right : wrong(random, confirm)));
  await Promise.all(presses.map((each) => press(rig, each)));
  expect(await rig.runs()).toHaveLength(1);
  // One asked what would be done, one does it.
  expect(await ordersOf(ledger, 'alpha')).toHaveLength(2);
  expect((await ledger.question(confirm))?.confirm).toMatchObject({ state: 'yes', jobs: [expect.any(String)] });
  expect((await ledger.audits(20_000)).filter(({ decision }) => decision === 'confirmed')).toHaveLength(1);
}

describe('of fifty presses at once on one question exactly one is taken', () => testWithEither(race));
