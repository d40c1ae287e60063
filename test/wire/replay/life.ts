import { pino } from 'pino';
import { z } from 'zod';
import { createApprover } from '#src/agent/approver.ts';
import { createAway } from '#src/agent/away.ts';
import { createExecutor } from '#src/agent/executor.ts';
import { createJournal } from '#src/agent/journal.ts';
import { createLanes } from '#src/agent/lanes.ts';
import { followOrders } from '#src/agent/orders.ts';
import { Rule } from '#src/agent/policy/rule.ts';
import { createPolicy } from '#src/agent/policy.ts';
import { createCatalog } from '#src/catalog.ts';
import { waitUntil } from '#src/kit/waitUntil.ts';
import type { Ledger } from '#src/ledger/port.ts';
import { defineOperation } from '#src/operation/define.ts';
import { workload } from '#src/operation/params.ts';
import type { Tools } from '#src/operation/tools.ts';
import { neverBack } from '#src/wire/epoch.ts';
import { Order } from '#src/wire/order.ts';
import type { Self } from '#src/wire/seal.ts';
import { open } from '#src/wire/seal.ts';
import { hub, party } from '../forge.ts';

const log = pino({ level: 'silent' });

/** What one life of an agent came to. */
export interface Outcome {
  /** Jobs whose step that cannot be repeated was done. */
  ran: string[];
  /** Orders that were not opened. */
  refused: number;
}

/**
 * One life of an agent's own parts: it follows the stream of its node until it has dealt with `orders` of them and
 * nothing runs any more. With `acknowledged` the journal drops all that it ever drops.
 */
export async function liveThrough(deps: {
  self: Self;
  ledger: Ledger;
  journalFile: string;
  now: () => number;
  orders: number;
  acknowledged?: boolean;
}): Promise<Outcome> {
  const { self, ledger, now } = deps;
  const outcome: Outcome = { ran: [], refused: 0 };
  const journal = createJournal({ file: deps.journalFile, now });
  const executor = createExecutor({
    ...{ node: self.name, journal, lanes: createLanes(), tools: {} as unknown as Tools, now, log },
    catalog: createCatalog([{ file: 'touch.ts', operation: touching((target) => outcome.ran.push(target)) }]),
    policy: createPolicy({
      node: self.name,
      environment: 'dev',
      rules: z.array(Rule).parse([{ operations: ['*'], targets: ['*'], operators: ['*'] }]),
    }),
  });
  const opener = neverBack(party(hub), open(self, party(hub), 'order', Order), {
    recall: async () => journal.recall('epoch hub'),
    remember: async (newest) => journal.remember('epoch hub', newest),
  });
  const stop = new AbortController();
  let taken = 0;
  await executor.recover();
  const following = followOrders(
    {
      ...{ node: self.name, ledger, log, away: createAway(log) },
      onLockdown: async () => {},
      async open(token) {
        try {
          return await opener(token);
        } catch (error) {
          outcome.refused += 1;
          throw error;
        }
      },
      executor: {
        ...executor,
        async take(order) {
          await executor.take(order);
          taken += 1;
        },
      },
      approver: createApprover({ own: self, journal, now, log }),
      onConnect: async () => {},
      onQuiet: async () => {},
      onQuery: async () => {},
    },
    stop.signal,
  );
  const dealtWith = () => taken + outcome.refused >= deps.orders || undefined;
  await waitUntil(dealtWith, { withinMs: 120_000, everyMs: 5, what: `${deps.orders} orders at ${self.name}` });
  await executor.settle(120_000);
  stop.abort();
  await following;
  const last = deps.acknowledged ? journal.unsent(0, 1_000_000).at(-1) : undefined;
  if (last) journal.acknowledge(last.log, last.seq);
  journal.close();
  return outcome;
}

/** An operation that notes each target that it touches, in a step that must not be repeated. */
function touching(touch: (target: string) => void) {
  return defineOperation({
    ...{ name: 'touch', version: 1, summary: 'Touch it', role: 'operator', risk: 'change', timeout: '1m' },
    needs: [],
    params: z.strictObject({ target: workload() }),
    result: z.object({}),
    steps: { touch: { title: 'Touch', kind: 'once' } },
    plan: async () => ({ facts: [], binds: 'now' }),
    before: async () => ({}),
    async run({ params, step }) {
      await step('touch', async () => touch(params.target));
      return {};
    },
    verify: async () => ({ verdict: 'verified applied', because: 'it was touched' }),
    report: ({ params }) => ({ tone: 'ok', title: `${params.target} touched` }),
  });
}
