import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { createHubLockdown } from '#src/hub/lockdown/lockdown.ts';
import type { Node } from '#src/hub/nodes/fleet.ts';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import { makeKeys } from '#src/wire/keys.ts';

const ADA = { id: 1, name: 'Ada', role: 'admin' as const };
const BEN = { id: 2, name: 'Ben', role: 'operator' as const };

/** A hub's lockdown over nodes that say what the test wants; `sent` are its orders since the last look. */
async function createStand(nodes: Partial<Node>[]) {
  const ledger = createSqliteLedger({ file: ':memory:' });
  onTestFinished(() => ledger.close());
  const orders: string[] = [];
  const order = (kind: string) => async (node: { name: string }) => {
    orders.push(`${kind} ${node.name}`);
    return { node: node.name, job: 'x', token: 'x' };
  };
  const lockdown = createHubLockdown({
    ...{ keys: await makeKeys(), ledger, zone: 'UTC', now: () => 1_000, log: pino({ level: 'silent' }) },
    orders: { lockdown: order('lock'), unlock: order('unlock') },
    fleet: { nodes: async () => nodes as Node[] },
  });
  return { lockdown, nodes, sent: () => orders.splice(0) };
}

test('a file on a node is no lockdown of the hub: it is told of one, and is not sent the end of its file', async () => {
  const alpha: Partial<Node> = { name: 'alpha', lockdown: 'file', lockedByFile: true };
  const { lockdown, sent } = await createStand([alpha, { name: 'beta' }]);
  const { id } = await lockdown.lock(ADA, 1, undefined);
  expect(sent()).toEqual(['lock alpha', 'lock beta']);
  alpha.lockdown = id;
  await lockdown.chase();
  expect(sent(), 'it has said that it knows').toEqual(['lock beta']);
  await lockdown.lift(ADA, BEN, 1);
  expect(sent()).toEqual(['unlock alpha']);
  alpha.lockdown = 'file';
  for (let ticks = 0; ticks < 5; ticks += 1) await lockdown.chase();
  expect(sent()).toEqual([]);
});

test('where nothing but files lock, there is nothing to lift', async () => {
  const { lockdown, sent } = await createStand([{ name: 'alpha', lockdown: 'file', lockedByFile: true }]);
  await expect(lockdown.lift(ADA, BEN, 1)).rejects.toThrow('alpha stays locked by a file on it');
  expect(sent()).toEqual([]);
});
