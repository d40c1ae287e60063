import type { OrderOut } from '#src/ledger/port.ts';
import type { Cursor, Job } from '#src/ledger/records.ts';
import type { Card } from '#src/operation/define.ts';
import { freshId } from '#src/wire/ids.ts';
import type { PublicKey } from '#src/wire/keys.ts';
import type { Approval, Order, Place } from '#src/wire/order.ts';
import type { Self } from '#src/wire/seal.ts';
import { seal } from '#src/wire/seal.ts';

/** Makes sealed, short-lived orders for one node each. */
export interface Orders {
  /** Besides, it carries why the job was asked for. */
  run(node: Addressee, job: Job, card: Card, bound: Bound): Promise<OrderOut>;
  plan(node: Addressee, job: Job, card: Card): Promise<OrderOut>;
  /** Asks a node to send again what is not acknowledged, and how a job stands: one that never came can never start afterwards. */
  query(node: Addressee, now: number, job?: string): Promise<OrderOut>;
  /** Tells a node to stop a job, or never to start it, in the name of one operator. */
  cancel(node: Addressee, now: number, job: string, by: { id: number; name: string }): Promise<OrderOut>;
  /** How far this process has folded a node's events: its next orders say so, as a hint. */
  heard(node: Addressee, cursor: Cursor | undefined): void;
}

/** `place` is where it was asked, `plan` the digest that was said yes to, by whom, and `confirm` the question. */
export interface Bound {
  place: Place;
  plan?: string;
  confirm?: string;
  approvals?: Approval[];
}

interface Addressee {
  name: string;
  key: PublicKey;
}

/** Orders sealed with the hub's keys; the job carries its id, its time and the person who asked. */
export function createOrders(hub: Self): Orders {
  const sealers = new Map<string, ReturnType<typeof seal>>();
  const cursors = new Map<string, Cursor>();
  // Reading the private key costs more than a signature.
  const sealTo = (node: Addressee): ReturnType<typeof seal> => {
    const known = sealers.get(`${node.name} ${node.key}`) ?? seal(hub, node);
    sealers.set(`${node.name} ${node.key}`, known);
    return known;
  };
  const out = async (node: Addressee, job: Job, order: Order): Promise<OrderOut> => {
    const lifeS = Math.round((job.expiresAt - Math.floor(job.askedAt / 1000) * 1000) / 1000);
    const token = await sealTo(node)('order', { jti: job.id, body: order, at: job.askedAt, lifeS });
    return { node: node.name, job: job.id, token };
  };
  /** An order that is no job itself. */
  const apart = async (node: Addressee, now: number, body: Order): Promise<OrderOut> => {
    const jti = freshId();
    return { node: node.name, job: jti, token: await sealTo(node)('order', { jti, body, at: now, lifeS: 60 }) };
  };
  // By key, too: another machine that has the name now has a log of its own.
  const seenOf = ({ name, key }: Addressee) => {
    const seen = cursors.get(`${name} ${key}`);
    return seen ? { seen } : {};
  };
  const asked = (node: Addressee, job: Job, card: Card) => ({
    v: 1 as const,
    operation: card.name,
    version: card.version,
    input: job.input,
    operator: job.operator.id,
    ...seenOf(node),
  });
  return {
    run: (node, job, card, bound) =>
      out(node, job, {
        ...{ kind: 'run', ...asked(node, job, card), ...bound },
        ...(job.reason === undefined ? {} : { reason: job.reason }),
      }),
    plan: (node, job, card) => out(node, job, { kind: 'plan', ...asked(node, job, card) }),
    query: (node, now, about) =>
      apart(node, now, { kind: 'query', v: 1, ...(about === undefined ? {} : { job: about }) }),
    cancel: (node, now, job, { id, name }) => apart(node, now, { kind: 'cancel', v: 1, job, operator: id, by: name }),
    heard({ name, key }, cursor) {
      if (cursor) cursors.set(`${name} ${key}`, cursor);
    },
  };
}
