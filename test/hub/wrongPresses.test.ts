import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Ledger } from '#src/ledger/port.ts';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import type { Server } from '../fixtures/redis.ts';
import { launchRedis } from '../fixtures/redis.ts';
import { ADA } from '../fuzz/cast.ts';
import { ask, MESSAGE, press, pressWrongly, wrong } from '../fuzz/presses.ts';
import { openLedger, REDIS } from '../ledger/redis/opened.ts';
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

describe('of fifty presses at once on one question exactly one is taken', () => {
  test('with SQLite', async () => {
    const ledger = createSqliteLedger({ file: ':memory:' });
    onTestFinished(() => ledger.close());
    await race(ledger);
  });

  describe.skipIf(REDIS.isMissing)(`with Redis ${REDIS.name}`, () => {
    let server: Server;
    beforeAll(async () => {
      server = await launchRedis();
    });
    afterAll(() => server.stop());

    test('whoever comes first', async () => {
      await race(openLedger({ url: server.url }));
    });
  });
});
