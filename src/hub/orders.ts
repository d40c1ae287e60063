import type { HubLedger } from '#src/ledger/port.ts';
import type { Job } from '#src/ledger/records.ts';
import type { OrderOut } from '#src/ledger/writes.ts';
import type { Card } from '#src/operation/define.ts';
import type { Cursor } from '#src/wire/cursor.ts';
import { createCursorReader } from '#src/wire/cursor.ts';
import { freshId } from '#src/wire/ids.ts';
import type { PublicKey } from '#src/wire/keys.ts';
import type { Lockdown, Unlock } from '#src/wire/lockdown.ts';
import type { Approval, Approve, Order, Place, Proof } from '#src/wire/order.ts';
import type { Self } from '#src/wire/seal.ts';
import { MAX_LIFE_S, seal } from '#src/wire/seal.ts';

/** How long a code is worth looking at, in s. */
const CODE_S = 30;

/** Makes sealed, short-lived orders for one node each. */
export interface Orders {
  /** Besides, it carries why the job was asked for. */
  run(node: Addressee, job: Job, card: Card, bound: Bound): Promise<OrderOut>;
  plan(node: Addressee, job: Job, card: Card): Promise<OrderOut>;
  /** Asks a node to send again what is not acknowledged, and how a job stands: one that never came can never start afterwards. `verify` is who wants to know what became of it by now. */
  query(node: Addressee, now: number, job?: string, verify?: number): Promise<OrderOut>;
  /** Takes a code to the approver, who has to look at it at once; the same `jti` is the same try. */
  approve(node: Addressee, now: number, jti: string, coded: Coded): Promise<OrderOut>;
  /** Tells a node to stop a job, or never to start it, in the name of one operator. */
  cancel(node: Addressee, now: number, job: string, by: { id: number; name: string }): Promise<OrderOut>;
  /** Tells a node to change nothing any more, and that this is over. */
  lockdown(node: Addressee, now: number, lockdown: Lockdown): Promise<OrderOut>;
  unlock(node: Addressee, now: number, unlock: Unlock): Promise<OrderOut>;
  /** Reads, once in this process, how far these nodes' events were folded before: orders say so until this process has folded more. One trip for all, to go along with another. */
  learn(nodes: readonly Addressee[]): Promise<void>;
  /** How far this process has folded a node's events: its next orders say so, as a hint. */
  heard(node: Addressee, cursor: Cursor | undefined): void;
}

/** `place` is where it was asked, `plan` the digest that was said yes to, by whom, and `confirm` the question. */
export interface Bound {
  place: Place;
  plan?: string;
  confirm?: string;
  approvals?: Approval[];
  proofs?: Proof[];
}

/** What an approver has to know beside the code. */
type Coded = Omit<Approve, 'kind' | 'v'>;

interface Addressee {
  name: string;
  key: PublicKey;
}

/** Orders sealed with the hub's keys; the job carries its id, its time and the person who asked. */
export function createOrders(hub: Self, ledger?: Pick<HubLedger, 'cursor'>): Orders {
  const sealers = new Map<string, ReturnType<typeof seal>>();
  const cursors = new Map<string, Cursor>();
  const learnt = new Map<string, string | undefined>();
  const readCursor = createCursorReader({ name: hub.name, key: hub.keys.public });
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
  const apart = async (node: Addressee, now: number, body: Order, lifeS = 60): Promise<OrderOut> => {
    const jti = freshId();
    return { node: node.name, job: jti, token: await sealTo(node)('order', { jti, body, at: now, lifeS }) };
  };
  // By key, too: another machine that has the name now has a log of its own.
  const seenOf = async ({ name, key }: Addressee) => {
    const token = learnt.get(`${name} ${key}`);
    const seen = cursors.get(`${name} ${key}`) ?? (token === undefined ? undefined : await readCursor(name, token));
    return seen ? { seen } : {};
  };
  const asked = async (node: Addressee, job: Job, card: Card) => ({
    v: 1 as const,
    operation: card.name,
    version: card.version,
    input: job.input,
    operator: job.operator.id,
    ...(await seenOf(node)),
  });
  return {
    run: async (node, job, card, bound) =>
      await out(node, job, {
        ...{ kind: 'run', ...(await asked(node, job, card)), ...bound },
        ...(job.reason === undefined ? {} : { reason: job.reason }),
      }),
    plan: async (node, job, card) => await out(node, job, { kind: 'plan', ...(await asked(node, job, card)) }),
    query: (node, now, about, verify) => {
      const job = about === undefined ? {} : { job: about };
      return apart(node, now, { kind: 'query', v: 1, ...job, ...(verify === undefined ? {} : { verify }) });
    },
    approve: async (node, at, jti, coded) => ({
      ...{ node: node.name, job: jti },
      token: await sealTo(node)('order', { jti, body: { kind: 'approve', v: 1, ...coded }, at, lifeS: CODE_S }),
    }),
    lockdown: (node, now, lockdown) => apart(node, now, { kind: 'lockdown', v: 1, lockdown }, MAX_LIFE_S),
    unlock: (node, now, unlock) => apart(node, now, { kind: 'unlock', v: 1, ...unlock }, MAX_LIFE_S),
    cancel: (node, now, job, { id, name }) => apart(node, now, { kind: 'cancel', v: 1, job, operator: id, by: name }),
    async learn(nodes) {
      const fresh = nodes.filter(({ name, key }) => !learnt.has(`${name} ${key}`));
      await Promise.all(
        fresh.map(async ({ name, key }) => void learnt.set(`${name} ${key}`, await ledger?.cursor(name))),
      );
    },
    heard({ name, key }, cursor) {
      if (cursor) cursors.set(`${name} ${key}`, cursor);
    },
  };
}
