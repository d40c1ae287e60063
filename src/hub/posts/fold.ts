import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import type { HubLedger } from '#src/ledger/port.ts';
import type { AuditEntry, Job } from '#src/ledger/records.ts';
import type { Entry } from '#src/ledger/writes.ts';
import type { Cursor } from '#src/wire/cursor.ts';
import { createCursors } from '#src/wire/cursor.ts';
import { neverBack } from '#src/wire/epoch.ts';
import { Event } from '#src/wire/event.ts';
import { isRefusal } from '#src/wire/refuse.ts';
import type { Party, Self } from '#src/wire/seal.ts';
import { open } from '#src/wire/seal.ts';
import { hearAlerts } from '../alerts/alarm.ts';
import type { HubConfig } from '../config.ts';
import { openersOf } from '../nodes/openers.ts';
import type { Roster } from '../nodes/roster.ts';
import type { Orders } from '../orders.ts';
import type { StepUpSaying } from '../questions/stepup.ts';
import { createSpoken } from './drift.ts';
import { putYesBack } from './forgotten.ts';
import type { JobSaying } from './hear.ts';
import { hear } from './hear.ts';
import { orphanOf } from './orphan.ts';

const BATCH = 200;

/** What folding works with. */
export interface FoldDeps {
  config: HubConfig;
  hub: Self;
  roster: Roster;
  ledger: HubLedger;
  orders: Orders;
  /** What an approver has found. */
  stepUp?: (node: string, saying: StepUpSaying) => Promise<void>;
  now: () => number;
  log: Logger;
}

/** Applies all events that wait in the ledger to their jobs, each node's in the order of their numbers. */
export function createFold(deps: FoldDeps): () => Promise<void> {
  const { roster, ledger, log } = deps;
  const cursors = createCursors(deps.hub);
  const openerOf = openersOf((node) => openEvents(deps, node));
  const keyOf = (node: string) => roster.known().get(node)?.key;

  const spoken = createSpoken(ledger);
  // One trip: who has joined just now is folded with the next look.
  const unfolded = async () => {
    const [waiting] = await Promise.all([ledger.unfolded([...roster.known().keys()], BATCH), roster.members()]);
    return waiting.filter(({ node }) => roster.known().has(node));
  };
  const read = async (node: string, entries: Entry[]): Promise<Event[]> => {
    const key = keyOf(node);
    const opener = key === undefined ? undefined : openerOf({ name: node, key });
    const opened = entries.map(({ token }) =>
      opener?.(token).then(
        ({ body }) => body,
        (err: unknown) => {
          // What only failed for now stays in the ledger.
          if (!isRefusal(err)) throw err;
          log.warn({ err, node }, 'event refused: not sealed by that node for this hub');
        },
      ),
    );
    return (await Promise.all(opened)).filter((event) => event !== undefined).sort((a, b) => a.seq - b.seq);
  };

  const hearJobs = async (node: string, sayings: JobSaying[]) => {
    const ids = [...new Set(sayings.map(({ job }) => job))];
    const unknownOf = (jobs: Job[]) => sayings.filter((saying) => !jobs.some(({ id }) => id === saying.job));
    const found = ids.length === 0 ? [] : await ledger.jobsById(ids);
    const back: boolean[] = [];
    for (const saying of unknownOf(found)) back.push(await putYesBack(saying, { node, ledger, now: deps.now() }));
    const known = back.includes(true) ? await ledger.jobsById(ids) : found;
    const lost = unknownOf(known);
    const orphans = lost.flatMap((saying) => orphanOf(saying, { node, config: deps.config, now: deps.now() }) ?? []);
    const jobs = [...known.filter((job) => job.node === node), ...orphans.map(({ job }) => job)];
    return { ...applyAll(sayings, jobs, deps.now()), posts: orphans.map(({ post }) => post) };
  };
  const cursorOf = async (node: string, signed: string | undefined): Promise<Cursor | undefined> => {
    const cursor = signed === undefined ? undefined : await cursors.read(node, signed);
    if (signed !== undefined && !cursor)
      log.warn({ node }, 'how far it was heard is not signed by this hub; it is asked for what it has not forgotten');
    return cursor;
  };
  const foldNode = async (node: string, from: string | undefined, entries: Entry[]): Promise<void> => {
    const key = keyOf(node);
    if (key === undefined) return;
    const cursor = await cursorOf(node, from);
    const { taken, to, gap } = inOrder(await read(node, entries), cursor);
    const sayings = taken.map(({ saying }) => saying);
    const work = await hearJobs(
      node,
      sayings.filter((saying) => saying.kind !== 'alert' && saying.kind !== 'stepup'),
    );
    // Before the cursor moves on: what is not taken now is heard again.
    for (const saying of sayings) if (saying.kind === 'stepup') await deps.stepUp?.(node, saying);
    const heard = sayings.flatMap((saying) => (saying.kind === 'alert' ? [saying.alert] : []));
    const alarm = await hearAlerts(deps, node, heard);
    const through = entries.at(-1)?.position ?? '0';
    const folded = await ledger.fold({
      ...{ node, from, to: to && (await cursors.sign(node, to)), through },
      ...{ jobs: work.jobs, alerts: alarm.alerts },
      posts: [...work.posts, ...alarm.posts],
      audit: [...work.audit, ...alarm.audit],
    });
    if (folded) await spoken(node, taken.at(-1));
    if (folded) deps.orders.heard({ name: node, key }, to);
    if (folded && gap) {
      log.warn({ node, cursor: to }, 'events are missing; asking for them again');
      await ledger.send([await deps.orders.query({ name: node, key }, deps.now())]);
    }
  };

  return async () => {
    for (let more = true; more; ) {
      const waiting = await unfolded();
      await Promise.all(waiting.map(({ node, cursor, events }) => foldNode(node, cursor, events)));
      // What comes meanwhile ends the next wait; only what was not read to its end is read again.
      more = waiting.some(({ events }) => events.length >= BATCH);
    }
  };
}

function openEvents({ hub, ledger }: FoldDeps, node: Party) {
  const key = `epoch ${node.name}`;
  return neverBack(node, open(hub, node, 'event', Event), {
    recall: () => ledger.recall(key),
    remember: (newest) => ledger.remember(key, newest),
  });
}

/**
 * The events that follow the cursor without a gap, and where that leaves it. A log starts behind its `base`: what the hub
 * has acknowledged before is not sent again, even when its ledger has lost the cursor or holds an old one.
 */
export function inOrder(
  events: readonly Event[],
  cursor: Cursor | undefined,
): { taken: Event[]; to: Cursor | undefined; gap: boolean } {
  const logs = [...new Set(events.map(({ log }) => log))];
  const fresh = logs.find(
    (log) => log !== cursor?.log && events.some((event) => event.log === log && event.seq === event.base + 1),
  );
  const taken: Event[] = [];
  let to = cursor;
  let gap = logs.some((log) => log !== cursor?.log && log !== fresh);
  for (const log of [cursor?.log, fresh]) {
    if (log === undefined) continue;
    const ofLog = events.filter((each) => each.log === log);
    let seq = log === cursor?.log ? cursor.seq : 0;
    let missing = false;
    for (const event of ofLog) {
      if (event.seq > seq + 1) seq = Math.max(seq, Math.min(event.base, event.seq - 1));
      if (event.seq === seq + 1) seq = taken.push(event) && event.seq;
      else missing ||= event.seq > seq + 1;
    }
    to = { log, seq };
    gap ||= missing && log === (fresh ?? cursor?.log);
  }
  return { taken, to, gap };
}

function applyAll(
  sayings: readonly JobSaying[],
  known: readonly Job[],
  now: number,
): { jobs: Job[]; audit: AuditEntry[] } {
  const jobs = new Map(known.map((job) => [job.id, job]));
  const audit: AuditEntry[] = [];
  for (const saying of sayings) {
    const before = jobs.get(saying.job);
    if (!before || (before.state === 'ended' && saying.kind !== 'found')) continue;
    const after = hear(before, saying, now);
    jobs.set(after.id, after);
    const { node, operation, operator, id: job } = after;
    const verdict = saying.kind === 'found' ? `looked again: ${saying.verdict}` : after.verdict;
    const told = saying.kind === 'found' ? undefined : after.reply;
    const output = told && createHash('sha256').update(JSON.stringify(told)).digest('hex');
    if (verdict) audit.push({ at: now, node, operation, operator, job, decision: verdict, output });
  }
  return { jobs: [...jobs.values()], audit };
}
