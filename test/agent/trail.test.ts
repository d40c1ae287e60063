import { expect, onTestFinished, test } from 'vitest';
import { openlyBy } from '#src/agent/journal/openly.ts';
import { createJournal } from '#src/agent/journal.ts';
import { expired, refused } from '#src/agent/sayings.ts';
import { loadCatalog } from '#src/catalog.ts';
import { openInput } from '#src/operation/args.ts';
import { checkChain } from '#src/wire/chain.ts';
import type { WorkOrder } from '#src/wire/order.ts';

const ORDER: WorkOrder = {
  ...{ kind: 'run', v: 1, operation: 'restart', version: 1, input: { target: 'web' }, operator: 7 },
  approvals: [7, 8].map((operator) => ({ operator, plan: 'a'.repeat(64), at: 3 })),
  reason: 'it hangs',
};

async function open() {
  const journal = createJournal({ file: ':memory:', now: () => 5, openly: openlyBy(await loadCatalog()) });
  onTestFinished(() => journal.close());
  const records = () => journal.audit.lines(0, 99).map((line) => JSON.parse(line) as Record<string, unknown>);
  return { journal, records };
}

test('each stage of a job is a record with who asked for what, and the chain holds', async () => {
  const { journal, records } = await open();
  journal.accept('j1', ORDER, 9);
  journal.start('j1', null);
  journal.begin('j1', 'restart');
  journal.finish('j1', {
    kind: 'verdict',
    job: 'j1',
    verdict: 'done',
    reply: { tone: 'ok', title: 'canary', facts: [], buttons: [] },
  });
  const about = {
    source: 'order',
    kind: 'run',
    operator: 7,
    operation: 'restart',
    target: 'web',
    input: { target: 'web' },
  };
  const more = { approvers: [8], reason: 'it hangs', job: 'j1', at: 5 };
  expect(records()).toMatchObject([
    { seq: 1, decision: 'accepted', ...about, ...more },
    { seq: 2, decision: 'started', ...about, ...more },
    { seq: 3, decision: 'begun', job: 'j1', step: 'restart' },
    { seq: 4, decision: 'done', output: expect.stringMatching(/^[0-9a-f]{64}$/), ...about, ...more },
  ]);
  expect(JSON.stringify(records()), 'the words of an outcome are only digested').not.toContain('canary');
  const { head, cut, lines } = journal.audit;
  expect(checkChain(lines(0, 99), cut(), [head()])).toEqual({ ok: true, head: head() });
});

test('refusals and tombstones are records too, each once', async () => {
  const { journal, records } = await open();
  journal.finish('j1', refused('j1', 'Ben may not.'), ORDER);
  journal.finish('j1', refused('j1', 'Ben may not.'), ORDER);
  journal.finish('j2', expired('j2', 'It never came.'));
  expect(records()).toMatchObject([
    { decision: 'refused', because: 'Ben may not.', operator: 7, job: 'j1' },
    { decision: 'expired', because: 'It never came.', job: 'j2' },
  ]);
});

test('what a parameter marks as secret is left out, and so is all of an unknown operation', async () => {
  const cards = [
    { name: 'target', flag: false, required: true, description: '', example: '', target: undefined },
    {
      name: 'share',
      flag: false,
      required: true,
      description: '',
      example: '',
      target: undefined,
      secret: true as const,
    },
  ];
  expect(openInput(cards, { target: 'vault', share: 'canary' })).toEqual({ target: 'vault' });
  const { journal, records } = await open();
  journal.accept('j1', { ...ORDER, operation: 'unheard', input: { share: 'canary' } }, 9);
  expect(JSON.stringify(records())).not.toContain('canary');
});
