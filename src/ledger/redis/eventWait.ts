import type { Address } from './address.ts';
import { closedLedger } from './failure.ts';
import { createReader } from './readers.ts';
import type { ReadReply } from './reply.ts';
import { Streams } from './reply.ts';

/** How long the reader goes on when nobody waits any more: who was told to look again is soon back. */
const LINGER_MS = 1000;
// setTimeout takes no more than this.
const LONGEST_MS = 2 ** 31 - 1;

/** Waits for events, all on one connection. */
export interface EventWait {
  /** Resolves while there is any event of these nodes, after `withinMs`, on abort and on close. */
  wait(nodes: readonly string[], withinMs: number, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

interface Waiter {
  nodes: readonly string[];
  until: number;
  end(error?: unknown): void;
}

/** One reader for all who wait. It reads from the beginning of every stream, so that an event which is still there is never missed. */
export function createEventWait(deps: { address: Address; readReply: ReadReply; prefix: string }): EventWait {
  const { address, readReply, prefix } = deps;
  const reader = createReader(address);
  const waiters = new Set<Waiter>();
  /** The nodes that are being listened to. */
  let heard: Set<string> | undefined;
  let isChanging = false;
  let closed = false;
  let linger: NodeJS.Timeout | undefined;

  async function listen(): Promise<void> {
    for (let nodes = wanted(); nodes.length > 0; nodes = wanted()) {
      heard = new Set(nodes);
      isChanging = false;
      await hear(nodes).then(wake, fail);
    }
    heard = undefined;
  }

  function wanted(): string[] {
    return [...new Set([...waiters].flatMap(({ nodes }) => nodes))];
  }

  async function hear(nodes: readonly string[]): Promise<Set<string>> {
    const until = Math.max(...[...waiters].map((waiter) => waiter.until));
    const streams = nodes.map((node): [string, string] => [keyOf(node), '0']);
    const answer = await reader.read(streams, until - performance.now(), 1);
    const keys = new Set(readReply(Streams, answer).map(([key]) => key));
    return new Set(nodes.filter((node) => keys.has(keyOf(node))));
  }

  function wake(nodes: Set<string>): void {
    for (const waiter of [...waiters]) if (waiter.nodes.some((node) => nodes.has(node))) waiter.end();
  }

  function fail(error: unknown): void {
    if (!isChanging) for (const waiter of [...waiters]) waiter.end(error);
  }

  const keyOf = (node: string) => `${prefix}events:${node}`;
  const change = () => {
    isChanging = true;
    reader.drop();
  };
  const leave = () => {
    if (waiters.size > 0 || closed) return;
    clearTimeout(linger);
    linger = setTimeout(() => {
      if (waiters.size === 0) change();
    }, LINGER_MS).unref();
  };

  return {
    wait: async (nodes, withinMs, signal) => {
      if (closed) throw closedLedger(address.where);
      if (signal.aborted) return;
      await new Promise<void>((resolve, reject) => {
        const end = (error?: unknown) => {
          waiters.delete(waiter);
          clearTimeout(timer);
          signal.removeEventListener('abort', stop);
          leave();
          if (error === undefined) resolve();
          else reject(error);
        };
        const stop = () => end();
        const ms = Math.min(Math.max(0, withinMs), LONGEST_MS);
        const timer = setTimeout(stop, ms);
        const waiter: Waiter = { nodes, until: performance.now() + ms, end };
        waiters.add(waiter);
        signal.addEventListener('abort', stop);
        if (!heard) void listen();
        else if (nodes.some((node) => !heard?.has(node))) change();
      });
    },
    close: async () => {
      closed = true;
      clearTimeout(linger);
      for (const waiter of [...waiters]) waiter.end();
      await reader.close();
    },
  };
}
