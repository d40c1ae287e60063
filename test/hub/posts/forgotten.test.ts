import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { HubConfig } from '#src/hub/config.ts';
import { createRoster } from '#src/hub/nodes/roster.ts';
import { createOrders } from '#src/hub/orders.ts';
import { createFold } from '#src/hub/posts/fold.ts';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import type { Event } from '#src/wire/event.ts';
import { jobId } from '#src/wire/ids.ts';
import { makeKeys } from '#src/wire/keys.ts';
import { seal } from '#src/wire/seal.ts';
import { ADA, sampleQuestion, T0 } from '../../ledger/samples.ts';
import { sampleReply } from '../samples.ts';

/** A hub whose ledger is from before the yes, and alpha, which has done what the yes was about. */
async function setUp() {
  const ledger = createSqliteLedger({ file: ':memory:' });
  onTestFinished(() => ledger.close());
  const [hubKeys, alphaKeys, betaKeys] = [await makeKeys(), await makeKeys(), await makeKeys()];
  const hub = { name: 'hub', key: hubKeys.public };
  const self = { name: 'hub', keys: hubKeys };
  const fold = createFold({
    ...{ hub: self, ledger, orders: createOrders(self), now: () => T0 + 1_000_000 },
    config: HubConfig.parse({
      operators: [{ id: ADA.id, name: 'Ada', role: 'admin' }],
      chats: [-100],
      timezone: 'UTC',
    }),
    roster: createRoster({ listed: { alpha: { key: alphaKeys.public }, beta: { key: betaKeys.public } } }),
    log: pino({ level: 'silent' }),
  });
  await ledger.ask(sampleQuestion({ message: 55 }));
  const says = async (node: 'alpha' | 'beta', job: string) => {
    const asked = {
      operation: 'restart',
      input: { target: 'web' },
      operator: ADA.id,
      place: { chat: -100 },
      confirm: 'c1',
    };
    const saying = { kind: 'verdict' as const, job, verdict: 'done' as const, reply: sampleReply(), asked };
    const body: Event = { v: 1, log: 'l', seq: 1, base: 0, at: T0, saying };
    const token = await seal({ name: node, keys: node === 'alpha' ? alphaKeys : betaKeys }, hub)('event', {
      jti: 'e1',
      body,
      at: T0,
    });
    await ledger.append(node, [token]);
    await fold();
  };
  return { ledger, says };
}

test('a yes that the ledger has forgotten comes back with its verdict, in the message of its question', async () => {
  const { ledger, says } = await setUp();
  await says('alpha', jobId('confirm c1', 'alpha'));
  const story = await ledger.question('c1');
  expect(story).toMatchObject({
    confirm: { state: 'yes' },
    post: { message: 55 },
    jobs: [{ kind: 'run', verdict: 'done' }],
  });
  expect(await ledger.untold(T0 + 1_000_000)).toEqual(['p1']);
});

test.each([
  ['of another job', 'alpha', jobId('confirm c2', 'alpha')],
  ['of a node that was not asked', 'beta', jobId('confirm c1', 'beta')],
] as const)('a verdict %s answers no question', async (_, node, job) => {
  const { ledger, says } = await setUp();
  await says(node, job);
  expect(await ledger.question('c1')).toMatchObject({ confirm: { state: 'open' }, jobs: [] });
});
