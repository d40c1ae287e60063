import { expect, onTestFinished, test } from 'vitest';
import type { Catalog } from '#src/catalog.ts';
import { createAfter } from '#src/hub/questions/after.ts';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import { T0 } from '../../ledger/samples.ts';
import { CARDS } from '../../operation/samples.ts';
import { OPERATORS, sampleNode, webJob } from '../samples.ts';

test('what must not be shown of the arguments stands in no record of a second look', async () => {
  const ledger = createSqliteLedger({ file: ':memory:' });
  onTestFinished(() => ledger.close());
  const job = webJob({ state: 'ended', verdict: 'needs human', input: { target: 'web', note: 'hush' } });
  const card = CARDS.get(job.operation);
  if (!card || !OPERATORS[0]) throw new Error('no sample');
  const note = { name: 'note', kind: 'text' as const, required: false, description: '', secret: true as const };
  const catalog = new Map([[card.name, { ...card, params: [...card.params, note] }]]) as unknown as Catalog;
  const after = createAfter({
    ...{ ledger, catalog, now: () => T0 },
    orders: { query: async () => ({ node: 'alpha', job: 'q', token: 't' }) } as never,
    fleet: { nodes: async () => [sampleNode()] },
  });
  await after.verify({ job, operator: OPERATORS[0], chat: 1 });
  const [line] = await ledger.audits(1);
  expect(line).toMatchObject({ decision: 'verify asked', input: { target: 'web' } });
  expect(JSON.stringify(line)).not.toContain('hush');
});
