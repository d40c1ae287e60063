import { expect, test } from 'vitest';
import { z } from 'zod';
import type { Bench } from '#src/agent/bench.ts';
import type { JournalEntry } from '#src/agent/journal/entry.ts';
import { draftPlan } from '#src/agent/plan.ts';
import { Problem } from '#src/kit/problem.ts';
import { defineOperation } from '#src/operation/define.ts';
import type { Saying } from '#src/wire/event.ts';

test('a plan whose time is over says so, and what to do', async () => {
  const title =
    'What /far would do could not be found out within 20 ms. Nothing was done. Look at /health, then ask again.';
  expect(await draft((signal) => Promise.reject(signal.reason))).toMatchObject({ reply: { title } });
  const named = () => Promise.reject(new Problem('backup-unreachable', 'nas did not answer. Look.'));
  expect(await draft(named)).toMatchObject({ reply: { title: expect.stringContaining('nas') } });
});

/** What a plan comes to that ends only when its time does. */
async function draft(end: (signal: AbortSignal) => Promise<never>): Promise<Saying | undefined> {
  const operation = defineOperation({
    ...{ name: 'far', version: 1, summary: 'Far', role: 'operator', risk: 'change', timeout: '1m', needs: [] },
    ...{ planTimeout: '20ms', params: z.object({}), result: z.object({}), steps: {} },
    async plan({ signal }) {
      const { promise, resolve } = Promise.withResolvers<void>();
      signal.addEventListener('abort', () => resolve());
      await promise;
      return await end(signal);
    },
    before: async () => undefined,
    run: async () => ({}),
    verify: async () => ({ verdict: 'needs human', because: 'Nobody knows.' }),
    report: () => ({ tone: 'ok', title: 'Far' }),
  });
  const said: Saying[] = [];
  const journal = { finish: (_: string, saying: Saying) => void said.push(saying) };
  const order = { kind: 'plan', operation: 'far', version: 1, input: {} };
  const bench = { journal, tools: {} } as unknown as Bench;
  const entry = { job: 'j', order } as unknown as JournalEntry;
  await draftPlan(
    bench,
    entry,
    { task: { operation, params: operation.parse({}) } } as never,
    new AbortController().signal,
  );
  return said[0];
}
