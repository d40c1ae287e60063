import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { NodeLedger } from '#src/ledger/port.ts';
import type { Order } from '#src/wire/order.ts';
import { isRefusal } from '#src/wire/refuse.ts';
import type { Opened } from '#src/wire/seal.ts';
import type { Approver } from './approver.ts';
import type { Away } from './away.ts';
import type { Executor } from './executor.ts';
import { journalFails } from './journal/file.ts';

const BLOCK_MS = 300_000;
const MAX_PAUSE_MS = 30_000;
/** So many queries that were answered are remembered: their orders stay in the stream, and anybody there can add them again. */
const ANSWERED = 1_000;

/** What follows the order stream, and what each order is given to. */
export interface FollowDeps {
  node: string;
  ledger: NodeLedger;
  open: (token: string) => Promise<Opened<Order>>;
  executor: Executor;
  approver: Approver;
  /** Called before the first order is read, and before the first after the ledger was away. */
  onConnect: () => Promise<void>;
  /** Called when the stream was silent, or came back after it was away. */
  onQuiet: () => Promise<void>;
  /** Takes what the hub says of a lockdown, and announces it. */
  onLockdown: (order: Opened<Extract<Order, { kind: 'lockdown' | 'unlock' }>>) => Promise<void>;
  /** Called when the hub asks for everything that it may have lost, once for all that asked since. */
  onQuery: () => Promise<void>;
  away: Away;
  log: Logger;
}

/** Reads this node's orders until the signal: from the beginning on connect and after each silence, since the journal makes re-reading harmless. */
export async function followOrders(deps: FollowDeps, signal: AbortSignal): Promise<void> {
  const { node, ledger, away } = deps;
  let after = '0';
  let pauseMs = 500;
  let connected = false;
  const answered = new Set<string>();
  let asked = false;
  while (!signal.aborted) {
    try {
      if (!connected) await deps.onConnect();
      connected = true;
      const entries = await ledger.orders(node, after, BLOCK_MS, signal);
      away.worked();
      for (const entry of entries) asked = (await takeOne(deps, entry.token, answered)) || asked;
      after = entries.at(-1)?.position ?? '0';
      if (asked) await deps.onQuery();
      asked = false;
      pauseMs = 500;
      if (entries.length === 0) await deps.onQuiet();
    } catch (err) {
      if (signal.aborted) return;
      away.failed(err, 'orders cannot be read');
      await sleep(pauseMs, undefined, { signal }).catch(() => {});
      pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS);
      after = '0';
      connected = false;
    }
  }
}

/** Takes, of the orders that wait, those that stop something: before work of an earlier life is taken up again. */
export async function hearStops(
  deps: Pick<FollowDeps, 'node' | 'ledger' | 'open' | 'executor' | 'onLockdown' | 'log'>,
  signal: AbortSignal,
): Promise<void> {
  const { node, ledger, executor, onLockdown, log } = deps;
  for (const { token } of await ledger.orders(node, '0', 0, signal)) {
    const order = await openOrNot(deps, token);
    if (!order) continue;
    const { body } = order;
    if (body.kind === 'cancel') await executor.take(order);
    if (body.kind === 'lockdown' || body.kind === 'unlock')
      await onLockdown({ ...order, body }).catch(rememberedOrNot(log));
  }
}

/** Gives an order to whom it is for; answers whether it is a query that was not answered in this life. */
async function takeOne(deps: FollowDeps, token: string, answered: Set<string>): Promise<boolean> {
  const { executor, approver, onLockdown, log } = deps;
  const order = await openOrNot(deps, token);
  if (!order) return false;
  const { jti, body } = order;
  if (body.kind === 'approve') await approver.take({ ...order, body }).catch(rememberedOrNot(log));
  else if (body.kind === 'lockdown' || body.kind === 'unlock')
    await onLockdown({ ...order, body }).catch(rememberedOrNot(log));
  else if (body.kind !== 'query') await executor.take(order);
  else if (!answered.has(jti)) {
    // Also one whose time is over: the node may have been away, and the hub asks no second time.
    await executor.take(order);
    answered.add(jti);
    for (const old of [...answered].slice(0, -ANSWERED)) answered.delete(old);
    return true;
  }
  return false;
}

/** What was sealed by the hub for this node; undefined, with a line in the log, when it was not. */
async function openOrNot(
  { open, log }: Pick<FollowDeps, 'open' | 'log'>,
  token: string,
): Promise<Opened<Order> | undefined> {
  try {
    return await open(token);
  } catch (err) {
    if (!isRefusal(err)) throw err;
    log.warn({ err }, 'order refused: not sealed by the hub for this node');
    return undefined;
  }
}

// Without a record of the try there is no proof; and the orders behind it must not wait for the disk.
function rememberedOrNot(log: Logger) {
  return (err: unknown): void => {
    if (!journalFails(err)) throw err;
    log.error({ err }, 'nothing is approved while nothing can be remembered');
  };
}
