import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { HubConfig } from '#src/hub/config.ts';
import { createRoster } from '#src/hub/nodes/roster.ts';
import { createOrders } from '#src/hub/orders.ts';
import { createFold } from '#src/hub/posts/fold.ts';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import type { Event } from '#src/wire/event.ts';
import { seal } from '#src/wire/seal.ts';
import { sampleJob } from '../ledger/samples.ts';
import { restart } from '../operation/samples.ts';
import { AT, alpha, hub, openOrder, party } from '../wire/forge.ts';

test('orders carry how far the hub has folded their node, as soon as it knows', async () => {
  const ledger = createSqliteLedger({ file: ':memory:' });
  onTestFinished(() => ledger.close());
  const orders = createOrders(hub);
  const fold = createFold({
    ...{ hub, orders, ledger, config: HubConfig.parse({}), now: () => AT, log: pino({ level: 'silent' }) },
    roster: createRoster({ listed: { alpha: { key: alpha.keys.public } } }),
  });
  const job = sampleJob({ node: 'alpha', askedAt: AT, expiresAt: AT + 60_000 });
  const seen = async () => {
    const { token } = await orders.run(party(alpha), job, restart, { place: { chat: 7 } });
    const { body } = await openOrder(token);
    return body.kind === 'run' ? body.seen : 'no run';
  };
  expect(await seen()).toBeUndefined();
  for (const seq of [1, 2]) {
    const body: Event = { v: 1, log: 'log1', seq, base: 0, at: AT, saying: { kind: 'accepted', job: 'job1' } };
    await ledger.append('alpha', [await seal(alpha, party(hub))('event', { jti: `e${seq}`, body, at: AT })]);
  }
  await fold();
  expect(await seen()).toEqual({ log: 'log1', seq: 2 });

  const cold = createOrders(hub, ledger);
  await cold.learn([party(alpha)]);
  const { token } = await cold.plan(party(alpha), job, restart);
  expect((await openOrder(token)).body).toMatchObject({ kind: 'plan', seen: { log: 'log1', seq: 2 } });
});
