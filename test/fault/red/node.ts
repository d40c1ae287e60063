import { pino } from 'pino';
import { createApprover } from '#src/agent/approver.ts';
import { createAway } from '#src/agent/away.ts';
import { createExecutor } from '#src/agent/executor.ts';
import { createJournal } from '#src/agent/journal.ts';
import { createLanes } from '#src/agent/lanes.ts';
import { followOrders } from '#src/agent/orders.ts';
import { createOutbox } from '#src/agent/outbox.ts';
import type { Rule } from '#src/agent/policy/rule.ts';
import { createStepUps } from '#src/agent/policy/stepups.ts';
import { createPolicy } from '#src/agent/policy.ts';
import { createCatalog, loadCatalog } from '#src/catalog.ts';
import type { Ledger } from '#src/ledger/port.ts';
import { neverBack } from '#src/wire/epoch.ts';
import type { Saying } from '#src/wire/event.ts';
import { Order } from '#src/wire/order.ts';
import type { Party, Self } from '#src/wire/seal.ts';
import { open, seal } from '#src/wire/seal.ts';
import type { Effect } from './world.ts';
import { recordingTools } from './world.ts';

/** A node made of the agent's own parts, on a ledger; what it does to its world is written down, and so is all that it says. */
export interface RecordedNode {
  effects: Effect[];
  /** How each job ended, as it said it first, and those that it has accepted. */
  ends: Map<string, Ending>;
  accepted: Set<string>;
  /** Jobs that it said two different endings of. */
  contradicted: string[];
  /** How often an order was not opened. */
  refused(): number;
  stop(): Promise<void>;
}

/** The last that is said of a job. */
export type Ending = Extract<Saying, { kind: 'planned' | 'verdict' }>;

/** Starts the node; it is prod, and nobody's word counts but what these rules say. */
export async function startRecordedNode(of: {
  own: Self;
  hub: Party;
  approver: Party;
  rules: readonly Rule[];
  workloads: readonly string[];
  ledger: Ledger;
}): Promise<RecordedNode> {
  const { own, hub, approver, rules, ledger } = of;
  const [log, now, node] = [pino({ level: 'silent' }), () => Date.now(), own.name];
  const journal = createJournal({ file: ':memory:', now });
  const { tools, effects } = recordingTools(of.workloads);
  const heard = { ends: new Map<string, Ending>(), accepted: new Set<string>(), contradicted: [] as string[] };
  const policy = createPolicy({ node, environment: 'prod', rules, approver });
  const catalog = createCatalog(
    [...(await loadCatalog()).values()].map((operation) => ({ file: `${operation.name}.ts`, operation })),
  );
  const executor = createExecutor({
    ...{ node, journal, lanes: createLanes(), tools, now, log, catalog, policy },
    stepUps: createStepUps({ own: { name: node, key: own.keys.public }, policy, now, log }),
  });
  const sealed = seal(own, hub);
  const away = createAway(log);
  const outbox = createOutbox({
    ...{ node, journal, ledger, away, onSent: (sayings) => hear(heard, sayings) },
    heard: async () => undefined,
    seal: (message) => sealed('event', message),
  });
  const opener = neverBack(hub, open(own, hub, 'order', Order), {
    recall: async () => journal.recall('epoch hub'),
    remember: async (newest) => journal.remember('epoch hub', newest),
  });
  let refused = 0;
  const stop = new AbortController();
  const following = followOrders(
    {
      ...{ node, ledger, log, away, executor, approver: createApprover({ own, journal, now, log }) },
      open: (token) =>
        opener(token).catch((error: unknown) => {
          refused += 1;
          throw error;
        }),
      onLockdown: async () => {},
      onConnect: async () => {},
      onQuiet: () => outbox.resend(),
      onQuery: () => outbox.resend(),
    },
    stop.signal,
  );
  return {
    ...{ effects, ...heard, refused: () => refused },
    async stop() {
      stop.abort();
      await following;
      await executor.settle(60_000);
      await outbox.drain(5_000);
      outbox.close();
      journal.close();
    },
  };
}

/** What was not acknowledged is said again, and must be the same. */
function hear(
  { ends, accepted, contradicted }: Pick<RecordedNode, 'ends' | 'accepted' | 'contradicted'>,
  said: Saying[],
): void {
  for (const saying of said) {
    if (saying.kind === 'accepted') accepted.add(saying.job);
    if (saying.kind !== 'planned' && saying.kind !== 'verdict') continue;
    const before = ends.get(saying.job);
    if (before && JSON.stringify(before) !== JSON.stringify(saying)) contradicted.push(saying.job);
    ends.set(saying.job, before ?? saying);
  }
}
