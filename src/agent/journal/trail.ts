import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { Problem } from '#src/kit/problem.ts';
import type { Input } from '#src/operation/args.ts';
import { firstHead, Head, link } from '#src/wire/chain.ts';
import type { Saying } from '#src/wire/event.ts';
import type { Approval, WorkOrder } from '#src/wire/order.ts';
import { keepFact, readFact } from './facts.ts';

const HEAD = 'audit head';
const CUT = 'audit cut';
/** So many records are kept at least, and thrown away only when there are a fifth more. */
const KEPT = 50_000;

/** What is known of an order that a record may show: its secrets left out. */
export type Openly = (order: WorkOrder) => { target?: string | undefined; input?: Input };

/** The chained record of what this agent was asked and did; `add` works only within a transaction of the journal. */
export interface Trail {
  add(entry: object): void;
  /** What an order is about, for an entry. */
  about(order: WorkOrder | undefined): object;
  head(): Head;
  /** Where the records that are kept begin. */
  cut(): Head;
  /** Lines behind a number, oldest first. */
  lines(after: number, limit: number): string[];
}

/** The trail of one journal, whose id is that of its log. */
export function createTrail(db: DatabaseSync, chain: string, openly: Openly): Trail {
  const fact = (key: string): Head => {
    const value = readFact(db, key);
    return value === undefined ? firstHead(chain) : readHead(value);
  };
  const put = (key: string, head: Head) => keepFact(db, key, JSON.stringify(head));
  const add = (entry: object): void => {
    const { line, head } = link(fact(HEAD), entry);
    db.prepare('INSERT INTO audit VALUES (?, ?)').run(head.seq, line);
    put(HEAD, head);
    if (head.seq - fact(CUT).seq > KEPT * 1.2) trim(head.seq - KEPT);
  };
  const trim = (seq: number): void => {
    const line = String(db.prepare('SELECT line FROM audit WHERE seq = ?').get(seq)?.['line']);
    const { h } = JSON.parse(line) as { h: string };
    db.prepare('DELETE FROM audit WHERE seq <= ?').run(seq);
    put(CUT, { chain, seq, h });
  };
  return {
    add,
    about: (order) => (order === undefined ? {} : aboutOrder(order, openly)),
    head: () => fact(HEAD),
    cut: () => fact(CUT),
    lines: (after, limit) =>
      db
        .prepare('SELECT line FROM audit WHERE seq > ? ORDER BY seq LIMIT ?')
        .all(after, limit)
        .map(({ line }) => String(line)),
  };
}

/** What a record says of how a job ended: its words only where they are the agent's own reason, else the digest of what was told. */
export function endingOf(saying: Saying): object {
  if (saying.kind === 'planned') return { decision: 'planned', plan: saying.plan.digest };
  if (saying.kind === 'stepup') return aboutCode(saying);
  if (saying.kind !== 'verdict') return { decision: saying.kind };
  const { verdict, reply } = saying;
  const isOwn = verdict === 'refused' || verdict === 'expired';
  return {
    decision: verdict,
    ...(isOwn ? { because: reply.title } : {}),
    output: createHash('sha256').update(JSON.stringify(reply)).digest('hex'),
  };
}

// Whose code was judged, and the job that it was typed for; never the proof.
function aboutCode({ operator, about, outcome }: Extract<Saying, { kind: 'stepup' }>): object {
  return { decision: `code ${outcome.is}`, source: 'order', operator, about };
}

function aboutOrder(order: WorkOrder, openly: Openly): object {
  const { kind, operation, operator } = order;
  const about = { source: 'order', kind, operator, operation, ...openly(order) };
  if (order.kind !== 'run') return about;
  const { plan, approvals, reason } = order;
  return {
    ...about,
    ...(plan === undefined ? {} : { plan }),
    ...(approvals === undefined ? {} : { approvers: besides(operator, approvals) }),
    ...(reason === undefined ? {} : { reason }),
  };
}

// The yes of the one who asks is the tap below the question.
function besides(operator: number, approvals: readonly Approval[]): number[] {
  return approvals.map((each) => each.operator).filter((each) => each !== operator);
}

function readHead(text: string): Head {
  try {
    return Head.parse(JSON.parse(text));
  } catch (cause) {
    throw new Problem('journal', 'The journal has lost the head of its audit: restore it, or move it away.', { cause });
  }
}
