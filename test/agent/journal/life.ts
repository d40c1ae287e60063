import { join } from 'node:path';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { createAway } from '#src/agent/away.ts';
import { createJournal } from '#src/agent/journal.ts';
import { createLanes } from '#src/agent/lanes.ts';
import { createOutbox } from '#src/agent/outbox.ts';
import { createPolicy } from '#src/agent/policy.ts';
import { createStandby } from '#src/agent/standby.ts';
import { createCatalog } from '#src/catalog.ts';
import { waitUntil } from '#src/kit/waitUntil.ts';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import { defineOperation } from '#src/operation/define.ts';
import { workload } from '#src/operation/params.ts';
import type { Tools } from '#src/operation/tools.ts';
import { Event } from '#src/wire/event.ts';
import type { WorkOrder } from '#src/wire/order.ts';
import { temporaryFolder } from '../../adapters/temporary.ts';

export const DAY_MS = 86_400_000;
export const NOW = Date.UTC(2026, 8, 21, 12);
const log = pino({ level: 'silent' });

/** One life of an agent's executor on a journal in `folder`, with a clock that is set by hand and a real ledger. `hold` is what a change waits for in its step. */
export async function live(given: { folder?: string; file?: string; now?: number; hold?: () => Promise<void> } = {}) {
  const folder = given.folder ?? (await temporaryFolder());
  const clock = { now: given.now ?? NOW };
  const now = () => clock.now;
  const ran: string[] = [];
  const file = given.file ?? join(folder, 'journal.db');
  const journal = createJournal({ file, now });
  const ledger = createSqliteLedger({ file: ':memory:' });
  const outboxes: ReturnType<typeof createOutbox>[] = [];
  const outboxOf = (of: typeof journal) => {
    const outbox = createOutbox({
      ...{ node: 'alpha', journal: of, ledger, away: createAway(log), onSent: () => {} },
      heard: async () => undefined,
      seal: async ({ body }) => JSON.stringify(body),
    });
    outboxes.push(outbox);
    return outbox;
  };
  const outbox = outboxOf(journal);
  const act = async (target: string) => {
    await given.hold?.();
    ran.push(target);
  };
  const build = () =>
    createStandby({
      ...{ node: 'alpha', journal, lanes: createLanes(), tools: {} as unknown as Tools, now, log, outboxOf },
      catalog: createCatalog([
        { file: 'change.ts', operation: operation('change', act) },
        { file: 'look.ts', operation: operation('look', act) },
      ]),
      policy: createPolicy({
        ...{ node: 'alpha', environment: 'dev' },
        rules: [{ operations: ['*'], targets: ['*'], operators: ['*'] }],
      }),
    });
  let current = build();
  const executor = () => current;
  /** A new life on the same journal. */
  const reborn = () => {
    current = build();
  };
  let open = true;
  const close = async () => {
    if (!open) return;
    open = false;
    await current.settle(10_000);
    await outbox.drain(10_000);
    for (const each of outboxes) each.close();
    await current.close();
    journal.close();
    await ledger.close();
  };
  onTestFinished(close);

  const heard = async () =>
    (await ledger.unfolded(['alpha'], 100_000)).flatMap(({ events }) =>
      events.map(({ token }) => Event.parse(JSON.parse(token))),
    );
  const verdictOf = (job: string) =>
    waitUntil(
      async () =>
        (await heard())
          .map(({ saying }) => saying)
          .find((saying) => saying.kind === 'verdict' && saying.job === job && saying),
      { withinMs: 10_000, everyMs: 5, what: `the verdict of ${job}` },
    );
  /** Gives the order of a job to the agent, issued now with a minute to start unless told. */
  const take = (job: string, times: { issuedAt?: number; expiresAt?: number } = {}, more: Partial<WorkOrder> = {}) =>
    current.take({
      ...{ jti: job, epoch: 1, issuedAt: clock.now, expiresAt: clock.now + 60_000, ...times },
      body: {
        ...{ kind: 'run', v: 1, operation: 'change', version: 1, input: { target: 'web' }, operator: 7 },
        ...more,
      } as WorkOrder,
    });
  const ask = (job: string) =>
    current.take({
      jti: 'q',
      epoch: 1,
      issuedAt: clock.now,
      expiresAt: clock.now,
      body: { kind: 'query', v: 1, job },
    });
  return { folder, file, clock, ran, journal, executor, reborn, ledger, heard, verdictOf, take, ask, close };
}

function operation(name: 'change' | 'look', act: (target: string) => Promise<void>) {
  return defineOperation({
    ...{
      name,
      version: 1,
      summary: 'Do it',
      role: 'operator',
      risk: name === 'look' ? 'read' : 'change',
      timeout: '30s',
    },
    needs: [],
    params: z.strictObject({ target: workload() }),
    result: z.object({}),
    steps: { act: { title: 'Act', kind: name === 'look' ? 'read' : 'once' } },
    plan: async () => ({ facts: [], binds: 'now' }),
    before: async () => ({}),
    async run({ params, step }) {
      await step('act', () => act(params.target));
      return {};
    },
    verify: async () => ({ verdict: 'verified applied', because: 'it was done' }),
    report: ({ params }) => ({ tone: 'ok', title: `${params.target} done` }),
  });
}
