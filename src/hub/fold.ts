import type { Logger } from 'pino';
import type { Entry, HubLedger } from '#src/ledger/port.ts';
import type { AuditEntry, Cursor, Job } from '#src/ledger/records.ts';
import { Event } from '#src/wire/event.ts';
import type { PublicKey } from '#src/wire/keys.ts';
import type { Party } from '#src/wire/seal.ts';
import { open } from '#src/wire/seal.ts';
import { hear } from './hear.ts';
import type { Orders } from './orders.ts';

const BATCH = 200;

/** What folding works with. */
export interface FoldDeps {
  hub: Party;
  nodes: Record<string, { key: PublicKey }>;
  ledger: HubLedger;
  orders: Orders;
  now: () => number;
  log: Logger;
}

/** Applies all events that wait in the ledger to their jobs, each node's in the order of their numbers. */
export function createFold(deps: FoldDeps): () => Promise<void> {
  const { hub, nodes, ledger, log } = deps;
  const openers = new Map(
    Object.entries(nodes).map(([name, { key }]) => [name, open(hub, { name, key }, 'event', Event)] as const),
  );

  const unfolded = () => ledger.unfolded(Object.keys(nodes), BATCH);
  const read = async (node: string, entries: Entry[]): Promise<Event[]> => {
    const opener = openers.get(node);
    const opened = entries.map(({ token }) =>
      opener?.(token).then(
        ({ body }) => body,
        (err: unknown) => void log.warn({ err, node }, 'event refused: not sealed by that node for this hub'),
      ),
    );
    return (await Promise.all(opened)).filter((event) => event !== undefined).sort((a, b) => a.seq - b.seq);
  };

  const foldNode = async (node: string, cursor: Cursor | undefined, entries: Entry[]): Promise<void> => {
    const { taken, to, gap } = inOrder(await read(node, entries), cursor);
    const ids = [...new Set(taken.map(({ saying }) => saying.job))];
    const known = (await ledger.jobsById(ids)).filter((job) => job.node === node);
    const { jobs, audit } = applyAll(taken, known, deps.now());
    const through = entries.at(-1)?.position ?? '0';
    const folded = await ledger.fold({ node, from: cursor, to, through, jobs, alerts: [], posts: [], audit });
    const key = nodes[node]?.key;
    if (folded && gap && key !== undefined) {
      log.warn({ node, cursor: to }, 'events are missing; asking for them again');
      await ledger.send([await deps.orders.query({ name: node, key }, deps.now())]);
    }
  };

  return async () => {
    for (let waiting = await unfolded(); waiting.length > 0; waiting = await unfolded())
      for (const { node, cursor, events } of waiting) await foldNode(node, cursor, events);
  };
}

/** The events that follow the cursor without a gap, and where that leaves it. A new log starts at its number 1. */
export function inOrder(
  events: readonly Event[],
  cursor: Cursor | undefined,
): { taken: Event[]; to: Cursor | undefined; gap: boolean } {
  const logs = [...new Set(events.map(({ log }) => log))];
  const fresh = logs.find((log) => log !== cursor?.log && events.some((event) => event.log === log && event.seq === 1));
  const taken: Event[] = [];
  let to = cursor;
  let gap = logs.some((log) => log !== cursor?.log && log !== fresh);
  for (const log of [cursor?.log, fresh]) {
    if (log === undefined) continue;
    let seq = log === cursor?.log ? cursor.seq : 0;
    let missing = false;
    for (const event of events.filter((each) => each.log === log)) {
      if (event.seq === seq + 1) seq = taken.push(event) && event.seq;
      else missing ||= event.seq > seq + 1;
    }
    to = { log, seq };
    gap ||= missing && log === (fresh ?? cursor?.log);
  }
  return { taken, to, gap };
}

function applyAll(events: readonly Event[], known: readonly Job[], now: number): { jobs: Job[]; audit: AuditEntry[] } {
  const jobs = new Map(known.map((job) => [job.id, job]));
  const audit: AuditEntry[] = [];
  for (const { saying } of events) {
    const before = jobs.get(saying.job);
    if (!before || before.state === 'ended') continue;
    const after = hear(before, saying, now);
    jobs.set(after.id, after);
    const { node, operation, operator, id: job, verdict } = after;
    if (verdict) audit.push({ at: now, node, operation, operator, job, decision: verdict });
  }
  return { jobs: [...jobs.values()], audit };
}
