import { join } from 'node:path';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createExecutor } from '#src/agent/executor.ts';
import { createJournal } from '#src/agent/journal.ts';
import { createLanes } from '#src/agent/lanes.ts';
import { Rules } from '#src/agent/policy/rule.ts';
import { createPolicy } from '#src/agent/policy.ts';
import { createCatalog } from '#src/catalog.ts';
import { defineOperation } from '#src/operation/define.ts';
import type { Tools } from '#src/operation/tools.ts';
import type { WorkOrder } from '#src/wire/order.ts';
import { temporaryFolder } from '../../adapters/temporary.ts';

const START = 1_800_000_000_000;
const HOUR = 3_600_000;

const look = defineOperation({
  ...{ name: 'look', version: 1, summary: 'Look', role: 'viewer', risk: 'read', timeout: '1s' },
  needs: [],
  params: z.strictObject({}),
  result: z.object({}),
  steps: { look: { title: 'Look', kind: 'read' } },
  run: async () => ({}),
  report: () => ({ tone: 'ok', title: 'seen' }),
});

/** One life of an agent over the journal in `file`; `at` is its clock. Answers with the titles of what it said of each job. */
async function life(file: string, at: number, asked: { job: string; operator: number; kind?: 'plan' }[]) {
  const journal = createJournal({ file, now: () => at });
  const rules = Rules.parse([{ operations: ['look'], rate: { max: 2, per: '1h' } }]);
  const executor = createExecutor({
    ...{ node: 'alpha', journal, lanes: createLanes(), tools: {} as unknown as Tools, now: () => at },
    catalog: createCatalog([{ file: 'look.ts', operation: look }]),
    policy: createPolicy({ node: 'alpha', environment: 'prod', rules }),
    log: pino({ level: 'silent' }),
  });
  for (const { job, operator, kind = 'run' } of asked) {
    const body: WorkOrder = { kind, v: 1, operation: 'look', version: 1, input: {}, operator };
    await executor.take({ jti: job, epoch: 1, issuedAt: at, expiresAt: at + 60_000, body });
  }
  await executor.settle(5_000);
  const said = journal.unsent(0, 100).map(({ saying }) => saying);
  journal.close();
  return asked.map(({ job }) =>
    said.flatMap((one) => (one.kind === 'verdict' && one.job === job ? [one.verdict] : [])),
  );
}

test('a rate is counted for each person over all lives of the agent, and forgets what is long ago', async () => {
  const file = join(await temporaryFolder(), 'journal.db');
  const used = [
    { job: 'a', operator: 7 },
    { job: 'plan', operator: 7, kind: 'plan' as const },
    { job: 'b', operator: 7 },
  ];
  expect(await life(file, START, used)).toEqual([['done'], [], ['done']]);
  const after = [
    { job: 'c', operator: 7 },
    { job: 'd', operator: 8 },
  ];
  expect(await life(file, START + HOUR - 1, after)).toEqual([['refused'], ['done']]);
  expect(await life(file, START + HOUR, [{ job: 'e', operator: 7 }])).toEqual([['done']]);
});
