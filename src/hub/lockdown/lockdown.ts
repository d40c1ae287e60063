import type { Logger } from 'pino';
import { z } from 'zod';
import { Problem } from '#src/kit/problem.ts';
import type { HubLedger } from '#src/ledger/port.ts';
import type { AuditEntry } from '#src/ledger/records.ts';
import { freshId } from '#src/wire/ids.ts';
import type { Keys } from '#src/wire/keys.ts';
import { Lockdown, Unlock } from '#src/wire/lockdown.ts';
import { createRecordSeal } from '#src/wire/record.ts';
import type { Operator } from '../config.ts';
import type { Fleet, Node } from '../nodes/fleet.ts';
import type { Orders } from '../orders.ts';
import { clock } from '../render/time.ts';

const KEY = 'lockdown';

const Kept = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('locked'), lockdown: Lockdown }),
  z.strictObject({ state: z.literal('lifted'), unlock: Unlock }),
]);
type Kept = z.infer<typeof Kept>;

/** What nobody but this hub can have written, and did not: somebody has been at the ledger, so nothing is changed until people look. */
const UNREADABLE: Lockdown = { id: 'unreadable', at: 0, operator: 1, by: 'a record that is not of this hub' };

/** The stop to all changes: the hub asks for none, and every node is told until it says that it knows. */
export interface HubLockdown {
  /** The lockdown in effect, and each node that is under one or should be. */
  status(): Promise<{ lockdown: Lockdown | undefined; nodes: Node[] }>;
  /** The words of a refusal, when changes on any of these nodes are locked. */
  refusal(nodes: readonly Pick<Node, 'name' | 'lockdown'>[]): Promise<string | undefined>;
  /** Locks everything; an earlier lockdown stays what it is. */
  lock(operator: Operator, chat: number, reason: string | undefined): Promise<Lockdown>;
  /** Lifts what is in effect anywhere. Throws Problem `lockdown` when the two are one, or there is nothing. */
  lift(asked: Pick<Operator, 'id' | 'name'>, second: Operator, chat: number): Promise<void>;
  /** Tells nodes again what they have not taken in. */
  chase(): Promise<void>;
  /** The line below what is told of alerts; as it was known at the last look. */
  banner(): string | undefined;
}

/** The lockdown of one hub's fleet. What is in the ledger can be lost: a node stays locked until it is told otherwise. */
export function createHubLockdown(deps: {
  keys: Keys;
  ledger: Pick<HubLedger, 'recall' | 'remember' | 'audit' | 'send'>;
  orders: Pick<Orders, 'lockdown' | 'unlock'>;
  fleet: Fleet;
  zone: string | undefined;
  now: () => number;
  log: Logger;
}): HubLockdown {
  const { ledger, orders, fleet, zone, now, log } = deps;
  const own = createRecordSeal(deps.keys);
  let seen: Lockdown | undefined;

  const kept = async (): Promise<Kept | undefined> => {
    const text = await ledger.recall(KEY);
    if (text === undefined) return undefined;
    try {
      return own.open(KEY, text, Kept);
    } catch (err) {
      log.error({ err }, 'the lockdown in the ledger is not of this hub; nothing is changed');
      return { state: 'locked', lockdown: UNREADABLE };
    }
  };
  const current = async (): Promise<Lockdown | undefined> => {
    const found = await kept();
    seen = found?.state === 'locked' ? found.lockdown : undefined;
    return seen;
  };
  const keep = async (value: Kept, entry: AuditEntry): Promise<void> => {
    // Both in one trip, in this order.
    await Promise.all([ledger.remember(KEY, own.close(KEY, value)), ledger.audit([entry])]);
    seen = value.state === 'locked' ? value.lockdown : undefined;
    await chase();
  };
  const chase = async (): Promise<void> => {
    const found = await kept();
    seen = found?.state === 'locked' ? found.lockdown : undefined;
    if (!found) return;
    const nodes = await fleet.nodes(now());
    if (found.state === 'lifted') {
      const { unlock } = found;
      const late = nodes.filter(({ lockdown }) => lockdown !== undefined && unlock.lockdowns.includes(lockdown));
      if (late.length > 0) await ledger.send(await Promise.all(late.map((node) => orders.unlock(node, now(), unlock))));
      return;
    }
    const { lockdown } = found;
    const late = nodes.filter((node) => node.lockdown === undefined && node.lifted !== lockdown.id);
    if (late.length > 0 && lockdown !== UNREADABLE)
      await ledger.send(await Promise.all(late.map((node) => orders.lockdown(node, now(), lockdown))));
  };
  const status = async () => {
    const [lockdown, nodes] = await Promise.all([current(), fleet.nodes(now())]);
    return { lockdown, nodes };
  };

  return {
    status,
    chase,
    async refusal(wanted) {
      const lockdown = await current();
      const apart = wanted.find((node) => node.lockdown !== undefined);
      if (!lockdown) return apart && `Nothing is changed on ${apart.name}: it is under a lockdown. ${HOW}`;
      const lifted = (await fleet.nodes(now())).filter((node) => node.lifted === lockdown.id).map(({ name }) => name);
      if (wanted.every(({ name }) => lifted.includes(name))) return undefined;
      return `Nothing is changed now: ${wordsOf(lockdown, zone)}. ${HOW}`;
    },
    async lock({ id, name }, chat, reason) {
      const before = await current();
      if (before) return before;
      const at = now();
      const why = reason === undefined ? {} : { reason };
      const lockdown: Lockdown = { id: freshId(), at, operator: id, by: name, ...why };
      await keep({ state: 'locked', lockdown }, { at, operator: { id, name }, chat, decision: 'locked', ...why });
      return lockdown;
    },
    async lift(asked, second, chat) {
      if (asked.id === second.id)
        throw new Problem(
          'lockdown',
          'A second person has to say yes. Alone it goes on the node: nightguard lockdown lift',
        );
      const { lockdown, nodes } = await status();
      const ids = [lockdown?.id, ...nodes.map((node) => node.lockdown)].filter((id) => id !== undefined);
      if (ids.length === 0) throw new Problem('lockdown', 'Nothing is locked. See /nodes');
      const by = { operator: asked.id, by: asked.name, second: { operator: second.id, by: second.name } };
      const unlock: Unlock = { lockdowns: [...new Set(ids)].slice(0, 40), ...by };
      const who = { operator: { id: asked.id, name: asked.name }, approvers: [second.id] };
      await keep(
        { state: 'lifted', unlock },
        { at: now(), ...who, chat, decision: 'lockdown lifted', source: 'button' },
      );
    },
    banner: () => seen && `🔒 Nothing is changed now: ${wordsOf(seen, zone)}.`,
  };
}

const HOW = 'It ends with /lockdown lift and a second person, or on the node with: nightguard lockdown lift';

/** Who locked it, when and why, in one clause. */
export function wordsOf({ by, at, reason }: Lockdown, zone: string | undefined): string {
  return `${by} locked it at ${clock(at, zone)}${reason === undefined ? '' : ` ("${reason}")`}`;
}
