import { z } from 'zod';
import type { Operation } from '#src/operation/define.ts';
import { defineOperation } from '#src/operation/define.ts';
import { duration, flag, whole, words, workload } from '#src/operation/params.ts';

/** A read without arguments. */
export const health: Operation = defineOperation({
  name: 'health',
  version: 1,
  summary: 'Is everything well?',
  role: 'viewer',
  risk: 'read',
  timeout: '20s',
  needs: [],
  params: z.strictObject({}),
  result: z.object({}),
  steps: { look: { title: 'Look around', kind: 'read' } },
  run: async () => ({}),
  report: () => ({ tone: 'ok', title: 'all is well' }),
});

/** A read of one target, with options. */
export const logs: Operation = defineOperation({
  name: 'logs',
  version: 2,
  summary: 'The newest log lines of a workload',
  role: 'viewer',
  risk: 'read',
  timeout: '30s',
  needs: ['workloads'],
  params: z.strictObject({
    target: workload(),
    lines: whole(1, 1000, 40).default(40).describe('how many lines'),
    since: duration('1h').optional().describe('only lines of the last hour, say'),
    grep: words(100, 'error').optional(),
  }),
  result: z.object({ text: z.string() }),
  steps: { read: { title: 'Read the log', kind: 'read' } },
  run: async ({ params, tools, step, signal }) => ({
    text: await step('read', () => tools.workloads.logs(params.target, { lines: params.lines }, signal)),
  }),
  report: ({ params, result }) => ({
    tone: 'info',
    title: `${params.target}: some lines`,
    block: { label: `Output of ${params.target}`, text: result.text },
  }),
});

/** A change of one target, with a flag. */
export const restart: Operation = defineOperation({
  name: 'restart',
  version: 1,
  summary: 'Restart a workload',
  role: 'operator',
  risk: 'change',
  timeout: '2m',
  needs: ['workloads'],
  params: z.strictObject({ target: workload(), force: flag().describe('do not wait for it to stop by itself') }),
  result: z.object({ state: z.enum(['healthy', 'running']) }),
  steps: {
    restart: { title: 'Restart it', kind: 'once' },
    healthy: { title: 'Wait until it is healthy', kind: 'read' },
  },
  question: ({ target, force }) => `Restart ${target}${force ? ' by force' : ''}?`,
  plan: async () => ({ facts: [{ label: 'Now', value: 'running' }], binds: 'instance 1' }),
  before: async () => ({ instance: 'instance 1' }),
  run: async ({ step }) => await step('restart', async () => ({ state: 'healthy' as const })),
  verify: async () => ({ verdict: 'verified applied', because: 'It runs anew.' }),
  report: ({ params, result }) => ({ tone: 'ok', title: `${params.target} restarted and ${result.state}` }),
});

/** A change of the whole node. */
export const prune: Operation = defineOperation({
  name: 'prune',
  version: 1,
  summary: 'Delete what is not used',
  role: 'admin',
  risk: 'destructive',
  timeout: '5m',
  needs: [],
  params: z.strictObject({}),
  result: z.object({}),
  steps: { prune: { title: 'Delete it', kind: 'once' } },
  plan: async () => ({ facts: [], binds: '' }),
  before: async () => undefined,
  run: async () => ({}),
  verify: async () => ({ verdict: 'needs human', because: 'Look at the disk.' }),
  report: () => ({ tone: 'ok', title: 'deleted' }),
});

/** The sample operations by name, as a catalog has them. */
export const CARDS: ReadonlyMap<string, Operation> = new Map(
  [health, logs, restart, prune].map((card) => [card.name, card]),
);
