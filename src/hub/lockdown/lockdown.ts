import type { Logger } from 'pino';
import { z } from 'zod';
import { Problem } from '#src/kit/problem.ts';
import type { HubLedger } from '#src/ledger/port.ts';
import type { AuditEntry } from '#src/ledger/records.ts';
import { freshId } from '#src/wire/ids.ts';
import type { Keys } from '#src/wire/keys.ts';
import { BY_FILE, Lockdown, Unlock } from '#src/wire/lockdown.ts';
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
  /** The lockdown in effect, and all nodes with what they say of theirs. `unreadable`: it is one only because the record of it is not of this hub. */
  status(): Promise<{ lockdown: Lockdown | undefined; unreadable: boolean; nodes: Node[] }>;
  /** The words of a refusal, when changes on any of these nodes are locked. */
  refusal(nodes: readonly Pick<Node, 'name' | 'lockdown'>[]): Promise<string | undefined>;
  /** Locks everything; an earlier lockdown stays what it is, but a record that is not of this hub is overwritten. */
  lock(operator: Operator, chat: number, reason: string | undefined): Promise<Lockdown>;
  /** Lifts what is in effect anywhere, but for files on nodes. Throws Problem `lockdown` when the two are one, or there is nothing. */
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
      const late = nodes.filter((node) => hasOrdered(node) && unlock.lockdowns.includes(node.lockdown));
      if (late.length > 0) await ledger.send(await Promise.all(late.map((node) => orders.unlock(node, now(), unlock))));
      return;
    }
    const { lockdown } = found;
    const late = nodes.filter((node) => !hasOrdered(node) && node.lifted !== lockdown.id);
    if (late.length > 0 && lockdown !== UNREADABLE)
      await ledger.send(await Promise.all(late.map((node) => orders.lockdown(node, now(), lockdown))));
  };
  const status = async () => {
    const [lockdown, nodes] = await Promise.all([current(), fleet.nodes(now())]);
    return { lockdown, unreadable: lockdown === UNREADABLE, nodes };
  };

  return {
    status,
    chase,
    async refusal(wanted) {
      const lockdown = await current();
      const apart = wanted.find((node) => node.lockdown !== undefined);
      if (!lockdown && apart && !hasOrdered(apart))
        return `Nothing is changed on ${apart.name}: it is locked by a file on it. It ends there with: nightguard lockdown lift`;
      if (!lockdown) return apart && `Nothing is changed on ${apart.name}: it is under a lockdown. ${HOW}`;
      const lifted = (await fleet.nodes(now())).filter((node) => node.lifted === lockdown.id).map(({ name }) => name);
      if (wanted.every(({ name }) => lifted.includes(name))) return undefined;
      return `Nothing is changed now: ${wordsOf(lockdown, zone)}. ${HOW}`;
    },
    async lock({ id, name }, chat, reason) {
      const before = await current();
      if (before && before !== UNREADABLE) return before;
      const at = now();
      const why = reason === undefined ? {} : { reason };
      const lockdown: Lockdown = { id: freshId(), at, operator: id, by: name, ...why };
      const instead = before ? { because: 'in place of a record that is not of this hub' } : {};
      const entry = { at, operator: { id, name }, chat, decision: 'locked', ...why, ...instead };
      await keep({ state: 'locked', lockdown }, entry);
      return lockdown;
    },
    async lift(asked, second, chat) {
      if (asked.id === second.id)
        throw new Problem(
          'lockdown',
          'A second person has to say yes. Alone it goes on the node: nightguard lockdown lift',
        );
      const { lockdown, nodes } = await status();
      const ordered = nodes.filter(hasOrdered).map((node) => node.lockdown);
      const ids = lockdown ? [lockdown.id, ...ordered] : ordered;
      if (ids.length === 0) throw new Problem('lockdown', nothingToLift(nodes));
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

/** Whether it is under a lockdown that was ordered; a file alone cannot be lifted from here. */
export function hasOrdered<N extends Pick<Node, 'lockdown'>>(node: N): node is N & { lockdown: string } {
  return node.lockdown !== undefined && node.lockdown !== BY_FILE;
}

/** Why there is nothing to lift here. */
export function nothingToLift(nodes: readonly Pick<Node, 'name' | 'lockedByFile'>[]): string {
  return ['Nothing is locked from the chat.', ...stayingLocked(nodes), 'See /nodes'].join(' ');
}

/** What is to be said of each node that stays locked by a file on it, whatever is lifted here. */
export function stayingLocked(nodes: readonly Pick<Node, 'name' | 'lockedByFile'>[]): string[] {
  return nodes
    .filter(({ lockedByFile }) => lockedByFile)
    .map(({ name }) => `${name} stays locked by a file on it: nightguard lockdown lift there.`);
}

const HOW = 'It ends with /lockdown lift and a second person, or on the node with: nightguard lockdown lift';

/** Who locked it, when and why, in one clause. */
export function wordsOf({ by, at, reason }: Lockdown, zone: string | undefined): string {
  return `${by} locked it at ${clock(at, zone)}${reason === undefined ? '' : ` ("${reason}")`}`;
}
