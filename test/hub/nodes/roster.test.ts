import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import type { Registry } from '#src/hub/nodes/registry.ts';
import { createRegistry } from '#src/hub/nodes/registry.ts';
import { createRoster } from '#src/hub/nodes/roster.ts';
import type { Ledger } from '#src/ledger/port.ts';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import type { Keys } from '#src/wire/keys.ts';
import { makeKeys } from '#src/wire/keys.ts';
import { createRecordSeal } from '#src/wire/record.ts';

const ADA = { id: 1, name: 'Ada' };
const log = pino({ level: 'silent' });
const [hub, alpha, beta, other] = await Promise.all([makeKeys(), makeKeys(), makeKeys(), makeKeys()]);

/** A hub with alpha in its file. */
function setUp(keys: Keys = hub) {
  const ledger = createSqliteLedger({ file: ':memory:' });
  onTestFinished(() => ledger.close());
  const registry = createRegistry({ ledger, seal: createRecordSeal(keys), log });
  const again = () => createRoster({ listed: { alpha: { key: alpha.public } }, registry, log });
  const enrol = (name: string, key: string, labels = {}) =>
    registry.nodes.change(name, () => ({
      ...{ name, labels, state: 'active' as const },
      enrolled: { key, epoch: 1, by: ADA, at: 1 },
    }));
  return { ledger, registry, roster: again(), again, enrol };
}

test('what was enrolled stands beside the file, and the file counts where both name one', async () => {
  const { again, enrol } = setUp();
  await enrol('beta', beta.public, { rack: '1' });
  await enrol('alpha', other.public, { rack: '2' });
  expect(Object.fromEntries(await again().members())).toEqual({
    alpha: { key: alpha.public, enrolled: false, drained: false, labels: { rack: '2' } },
    beta: { key: beta.public, enrolled: true, drained: false, labels: { rack: '1' } },
  });
});

test('a change of this hub counts at once, and the registry is not read for every look', async () => {
  const { ledger, roster, enrol } = setUp();
  let reads = 0;
  const { shelf } = ledger;
  ledger.shelf = async (name) => {
    reads += 1;
    return await shelf(name);
  };
  await roster.members();
  await roster.members();
  expect(reads).toBe(2);
  await enrol('beta', beta.public);
  roster.changed();
  expect([...(await roster.members()).keys()]).toEqual(['alpha', 'beta']);
});

test('a retired key is nobody, in the file and out of it, nor is either half of it beside a fresh one', async () => {
  const { again, registry, enrol } = setUp();
  await enrol('beta', beta.public);
  await registry.refuse(beta.public, 'beta', ADA, 1);
  await registry.refuse(alpha.public, 'alpha', ADA, 1);
  expect([...(await again().members()).keys()]).toEqual([]);
  const [, sign] = beta.public.split('.');
  const [, , encrypt] = other.public.split('.');
  await enrol('gamma', `ng1.${sign}.${encrypt}`);
  await enrol('delta', other.public);
  expect([...(await again().members()).keys()]).toEqual(['delta']);
});

test('a record that another hub has sealed, or that was moved to another name, is nothing', async () => {
  const { ledger, again, enrol } = setUp();
  await enrol('beta', beta.public);
  const { beta: text } = await ledger.shelf('nodes');
  await ledger.shelve({ shelf: 'nodes', name: 'gamma', from: undefined, to: text });
  expect([...(await again().members()).keys()]).toEqual(['alpha', 'beta']);
  const stranger = createRegistry({ ledger, seal: createRecordSeal(other), log });
  expect((await stranger.read()).nodes.size).toBe(0);
});

/** The ledger as it is put back from a copy of these shelves, or empty. */
async function setBack(ledger: Ledger, copy: Record<string, Record<string, string>> = {}) {
  for (const shelf of ['nodes', 'retired']) {
    const now = await ledger.shelf(shelf);
    for (const name of new Set([...Object.keys(now), ...Object.keys(copy[shelf] ?? {})]))
      await ledger.shelve({ shelf, name, from: now[name], to: copy[shelf]?.[name] });
  }
}

test('a hub that lives puts back what the ledger has lost: no node is gone, and no retired one is back', async () => {
  const { ledger, registry, roster, again, enrol } = setUp();
  await enrol('beta', beta.public);
  await enrol('gamma', other.public);
  const before = { nodes: await ledger.shelf('nodes') };
  await registry.refuse(beta.public, 'beta', ADA, 1);
  await registry.nodes.change('beta', (record) => record && { ...record, state: 'retired' });
  for (const copy of [before, {}]) {
    await setBack(ledger, copy);
    roster.changed();
    expect([...(await roster.members()).keys()]).toEqual(['alpha', 'gamma']);
    expect((await registry.read()).nodes.get('beta')).toMatchObject({ state: 'retired' });
    expect([...(await again().members()).keys()], 'and another hub reads it').toEqual(['alpha', 'gamma']);
  }
  const cold = createRegistry({ ledger, seal: createRecordSeal(hub), log });
  expect((await cold.read()).isRetired(beta.public)).toBe(true);
});

test('what another hub has changed since counts, and a change goes on from the newest', async () => {
  const { ledger, registry, enrol } = setUp();
  await enrol('beta', beta.public);
  const old = { nodes: await ledger.shelf('nodes') };
  const second = createRegistry({ ledger, seal: createRecordSeal(hub), log });
  const label = (registry: Registry, rack: string) =>
    registry.nodes.change('beta', (record) => record && { ...record, labels: { ...record.labels, [rack]: 'yes' } });
  await label(second, 'one');
  expect((await registry.read()).nodes.get('beta')?.labels).toEqual({ one: 'yes' });
  await setBack(ledger, old);
  expect((await label(registry, 'two'))?.labels).toEqual({ one: 'yes', two: 'yes' });
  expect((await second.read()).nodes.get('beta')?.labels).toEqual({ one: 'yes', two: 'yes' });
});

test('a record of before there were versions is read, and goes on from there', async () => {
  const { ledger, registry } = setUp();
  const seal = createRecordSeal(hub);
  const enrolled = { key: beta.public, epoch: 1, by: ADA, at: 1 };
  const to = seal.close('nodes beta', { name: 'beta', labels: {}, state: 'active', enrolled });
  await ledger.shelve({ shelf: 'nodes', name: 'beta', from: undefined, to });
  await registry.nodes.change('beta', (record) => record && { ...record, state: 'drained' });
  expect((await registry.read()).nodes.get('beta')).toMatchObject({ state: 'drained', enrolled });
});
