import type { OrderOut } from '#src/ledger/port.ts';
import type { Job } from '#src/ledger/records.ts';
import type { Card } from '#src/operation/define.ts';
import { freshId } from '#src/wire/ids.ts';
import type { Keys, PublicKey } from '#src/wire/keys.ts';
import type { Order } from '#src/wire/order.ts';
import { seal } from '#src/wire/seal.ts';

/** Makes signed, short-lived orders for one node each. */
export interface Orders {
  run(node: Addressee, job: Job, card: Card, plan?: string): Promise<OrderOut>;
  plan(node: Addressee, job: Job, card: Card): Promise<OrderOut>;
  /** Asks a node to send again what is not acknowledged, and how a job stands: one that never came can never start afterwards. */
  query(node: Addressee, now: number, job?: string): Promise<OrderOut>;
}

interface Addressee {
  name: string;
  key: PublicKey;
}

/** Orders sealed with the hub's keys; the job carries its id, its time and the person who asked. */
export function createOrders(hub: { name: string; keys: Keys }): Orders {
  const sealTo = (node: Addressee) => seal(hub.keys, hub.name, node);
  const out = async (node: Addressee, job: Job, order: Order): Promise<OrderOut> => {
    const lifeS = Math.round((job.expiresAt - Math.floor(job.askedAt / 1000) * 1000) / 1000);
    const token = await sealTo(node)('order', { jti: job.id, body: order, at: job.askedAt, lifeS });
    return { node: node.name, job: job.id, token };
  };
  const asked = (job: Job, card: Card) => ({
    v: 1 as const,
    operation: card.name,
    version: card.version,
    input: job.input,
    operator: job.operator.id,
  });
  return {
    run: (node, job, card, plan) =>
      out(node, job, { kind: 'run', ...asked(job, card), ...(plan === undefined ? {} : { plan }) }),
    plan: (node, job, card) => out(node, job, { kind: 'plan', ...asked(job, card) }),
    async query(node, now, about) {
      const job = freshId();
      const token = await sealTo(node)('order', {
        jti: job,
        body: { kind: 'query', v: 1, ...(about === undefined ? {} : { job: about }) } satisfies Order,
        at: now,
        lifeS: 60,
      });
      return { node: node.name, job, token };
    },
  };
}
