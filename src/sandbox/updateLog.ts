import { randomInt } from 'node:crypto';
import type { Update } from 'grammy/types';
import type { UpdateKind } from './updateKinds.ts';
import { askedKinds, DEFAULT_KINDS } from './updateKinds.ts';

const MOST_PENDING = 100_000;

/** An update that waits for the bot. */
export interface Pending {
  update: Update;
  /** Updates with the same key are delivered to a webhook one after the other. */
  key: string;
  /** The moment in milliseconds when it is no longer of use. */
  until: number;
}

/** The updates that the bot has not yet taken, oldest first. */
export interface UpdateLog {
  /** Logs an update unless its kind is not wanted or it has expired already. */
  push(body: Omit<Update, 'update_id'>, pending: Omit<Pending, 'update'>): void;
  pending(): readonly Pending[];
  /** Forgets everything before an update_id; an id far in the future forgets nothing, as in Telegram. */
  forgetBefore(updateId: number): void;
  keepLast(count: number): void;
  remove(updateId: number): void;
  /** Takes over an `allowed_updates` argument; undefined changes nothing. */
  allow(allowedUpdates: unknown): void;
  allowed(): readonly UpdateKind[];
  /** Calls back after every push; returns how to stop that. */
  onPush(wake: () => void): () => void;
}

/** An empty log; the first update_id is random. */
export function createUpdateLog(now: () => Date): UpdateLog {
  let waiting: Pending[] = [];
  let next = randomInt(100_000_000, 900_000_000);
  let kinds = DEFAULT_KINDS;
  const wakers = new Set<() => void>();
  const keep = (wanted: (pending: Pending) => boolean) => {
    waiting = waiting.filter(wanted);
  };
  const fresh = ({ until }: Pending) => until > now().getTime();
  return {
    push: (body, { key, until }) => {
      const pending = { update: { update_id: next, ...body }, key, until };
      const wanted = kinds.some((kind) => body[kind] !== undefined) && fresh(pending) && waiting.length < MOST_PENDING;
      if (!wanted) return;
      next += 1;
      waiting.push(pending);
      for (const wake of [...wakers]) wake();
    },
    pending: () => {
      keep(fresh);
      return waiting;
    },
    forgetBefore: (updateId) => {
      if (updateId <= next + 10) keep(({ update }) => update.update_id >= updateId);
    },
    keepLast: (count) => {
      waiting = count > 0 ? waiting.filter(fresh).slice(-count) : [];
    },
    remove: (updateId) => keep(({ update }) => update.update_id !== updateId),
    allow: (allowedUpdates) => {
      kinds = askedKinds(allowedUpdates) ?? kinds;
    },
    allowed: () => kinds,
    onPush: (wake) => {
      wakers.add(wake);
      return () => wakers.delete(wake);
    },
  };
}
