import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { HubConfig } from '#src/hub/config.ts';
import { createRoster } from '#src/hub/nodes/roster.ts';
import { createOrders } from '#src/hub/orders.ts';
import { createFold } from '#src/hub/posts/fold.ts';
import { Problem } from '#src/kit/problem.ts';
import type { HubLedger } from '#src/ledger/port.ts';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import { createCursors } from '#src/wire/cursor.ts';
import type { Event } from '#src/wire/event.ts';
import type { Keys } from '#src/wire/keys.ts';
import { makeKeys } from '#src/wire/keys.ts';
import { seal } from '#src/wire/seal.ts';
import { sampleFold } from '../ledger/samples.ts';
import { AT, hub, party } from '../wire/forge.ts';

const stranger = { ...hub, keys: await makeKeys(1) };
const [older, newer] = await Promise.all([makeKeys(1), makeKeys(2)]);

function setUp() {
  const ledger = createSqliteLedger({ file: ':memory:' });
  onTestFinished(() => ledger.close());
  const cursors = createCursors(hub);
  return {
    ledger,
    /** How far the hub says that it has heard alpha. */
    heard: async () => await cursors.read('alpha', (await ledger.cursor('alpha')) ?? ''),
    /** Folds as a hub does whose configuration has these keys for alpha. */
    fold: (keys: Keys, more: Partial<HubLedger> = {}) =>
      createFold({
        ...{ hub, config: HubConfig.parse({}), orders: createOrders(hub), now: () => AT },
        roster: createRoster({ listed: { alpha: { key: keys.public } } }),
        ledger: { ...ledger, ...more },
        log: pino({ level: 'silent' }),
      })(),
    say: async (keys: Keys, seq: number) => {
      const body: Event = { v: 1, log: 'log1', seq, base: 0, at: AT, saying: { kind: 'accepted', job: 'job1' } };
      await ledger.append('alpha', [
        await seal({ name: 'alpha', keys }, party(hub))('event', { jti: 'e', body, at: AT }),
      ]);
    },
  };
}

test('a hub that has heard a node with newer keys does not hear it with older ones again', async () => {
  const { heard, fold, say } = setUp();
  await say(newer, 1);
  await fold(newer);
  expect(await heard()).toEqual({ log: 'log1', seq: 1 });
  await say(older, 2);
  await fold(older);
  expect(await heard()).toEqual({ log: 'log1', seq: 1 });
  await say(newer, 2);
  await fold(newer);
  expect(await heard()).toEqual({ log: 'log1', seq: 2 });
});

test('while the ledger cannot say what was heard before, no event is dropped', async () => {
  const { heard, fold, say } = setUp();
  await say(newer, 1);
  const away = new Problem('ledger', 'The ledger is away. Wait.');
  await expect(fold(newer, { recall: async () => Promise.reject(away) })).rejects.toBe(away);
  await fold(newer);
  expect(await heard()).toEqual({ log: 'log1', seq: 1 });
});

test.each([
  ['that nobody signed', async () => '{"log":"log1","seq":1000000}'],
  ['of another hub', async () => await createCursors(stranger).sign('alpha', { log: 'log1', seq: 1_000_000 })],
  ['of another node', async () => await createCursors(hub).sign('beta', { log: 'log1', seq: 1_000_000 })],
])('a cursor %s is like none: what the node says is heard', async (_, forge) => {
  const { ledger, heard, fold, say } = setUp();
  await ledger.fold({ ...sampleFold('0'), from: undefined, to: await forge() });
  expect(await heard()).toBeUndefined();
  await say(older, 1);
  await fold(older);
  expect(await heard()).toEqual({ log: 'log1', seq: 1 });
});
