import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { z } from 'zod';
import { createCommand } from '#src/adapters/command.ts';
import { createErrands } from '#src/adapters/errand/errands.ts';
import { createManager } from '#src/adapters/errand/manager.ts';
import { createExecutor } from '#src/agent/executor.ts';
import { createJournal } from '#src/agent/journal.ts';
import { createLanes } from '#src/agent/lanes.ts';
import { createPolicy } from '#src/agent/policy.ts';
import { createCatalog } from '#src/catalog.ts';
import { defineOperation } from '#src/operation/define.ts';
import { workload } from '#src/operation/params.ts';
import type { Tools } from '#src/operation/tools.ts';
import type { Task } from './task.ts';
import { program } from './task.ts';

// One life of an agent's executor on its journal: the first takes an order, the next one recovers.
const { folder, shape, lagMs, first, naive }: Task = JSON.parse(process.argv[2] ?? '');
const world = join(folder, 'world');
const effects = () => (existsSync(world) ? readFileSync(world, 'utf8').trim().split('\n').length : 0);
const command = createCommand();
const log = pino({ level: 'silent' });
const errands = createErrands({
  ...{ command, folder: join(folder, 'errands'), log },
  manager: createManager({ command, booted: () => false }),
});

const operation = defineOperation({
  ...{ name: 'append', version: 1, summary: 'Append a line', role: 'operator', risk: 'change', timeout: '1m' },
  needs: [],
  params: z.strictObject({ target: workload() }),
  result: z.object({}),
  steps: { write: { title: 'Write it', kind: 'once' } },
  plan: async () => ({ facts: [], binds: 'now' }),
  before: async () => ({ lines: effects() }),
  async run({ step, signal }) {
    const [file, ...argv] = program(shape, lagMs, world);
    const onStart = () => void process.send?.('begun');
    await step('write', () => errands.leashed.run(file, argv, { timeoutMs: 60_000, onStart }, signal));
    return {};
  },
  async verify({ before }) {
    const verdict = effects() > before.lines ? 'verified applied' : 'verified not applied';
    return { verdict, because: 'It was looked at.' };
  },
  report: () => ({ tone: 'ok', title: 'Written' }),
});

const journal = createJournal({ file: join(folder, 'journal.db'), now: Date.now });
const executor = createExecutor({
  ...{ node: 'local', journal, lanes: createLanes(), tools: {} as unknown as Tools, now: Date.now, log },
  catalog: createCatalog([{ file: 'append.ts', operation }]),
  policy: createPolicy({
    ...{ node: 'local', environment: 'dev' },
    rules: [{ operations: ['*'], targets: ['*'], operators: ['*'] }],
  }),
  ...(naive ? {} : { errands }),
});

if (first)
  await executor.take({
    ...{ jti: 'orphan', issuedAt: Date.now(), epoch: 1, expiresAt: Date.now() + 60_000 },
    body: { kind: 'run', v: 1, operation: 'append', version: 1, input: { target: 'web' }, operator: 1001 },
  });
else await executor.recover();
await executor.settle(60_000);
const sayings = journal.unsent(0, 100).map(({ saying }) => saying);
process.send?.({ verdict: sayings.find((saying) => saying.kind === 'verdict') });
journal.close();
process.disconnect?.();
