import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { HubConfig } from '#src/hub/config.ts';
import { createExportNodes } from '#src/hub/nodes/export.ts';
import { createRegistry } from '#src/hub/nodes/registry.ts';
import { createRoster } from '#src/hub/nodes/roster.ts';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import { makeKeys } from '#src/wire/keys.ts';
import { createRecordSeal } from '#src/wire/record.ts';

test('the enrolled nodes go into the file as they are said, and are known from there on an empty ledger', async () => {
  const ledger = createSqliteLedger({ file: ':memory:' });
  onTestFinished(() => ledger.close());
  const log = pino({ level: 'silent' });
  const [keys, alpha, beta, gamma] = await Promise.all([makeKeys(), makeKeys(), makeKeys(), makeKeys()]);
  const registry = createRegistry({ ledger, seal: createRecordSeal(keys), log });
  const roster = createRoster({ listed: { alpha: { key: alpha.public } }, registry, log });
  const users = { command: (node: string) => `ACL SETUSER node-${node}` };
  const exportNodes = createExportNodes({ keys, registry, roster, users });
  expect(await exportNodes()).toBeUndefined();
  for (const [name, { public: key }, state] of [
    ['gamma', gamma, 'retired'] as const,
    ['beta', beta, 'active'] as const,
  ])
    await registry.nodes.change(name, () => ({
      ...{ name, labels: {}, state },
      enrolled: { key, epoch: 1, by: { id: 1, name: 'Ada' }, at: 1 },
    }));
  roster.changed();
  const text = (await exportNodes()) ?? '';
  expect(text).toContain('# ACL SETUSER node-beta\n');
  const { nodes } = HubConfig.parse(parse(text));
  expect(nodes).toEqual({ beta: { key: beta.public, mayBeAway: false } });
  expect([...(await createRoster({ listed: nodes }).members()).keys()]).toEqual(['beta']);
});
