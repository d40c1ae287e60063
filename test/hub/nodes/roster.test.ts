import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { createRegistry } from '#src/hub/nodes/registry.ts';
import { createRoster } from '#src/hub/nodes/roster.ts';
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
