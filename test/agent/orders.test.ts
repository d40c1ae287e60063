import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createAway } from '#src/agent/away.ts';
import { followOrders, hearStops } from '#src/agent/orders.ts';
import type { NodeLedger } from '#src/ledger/port.ts';
import type { Order } from '#src/wire/order.ts';
import { refuse } from '#src/wire/refuse.ts';
import type { Opened } from '#src/wire/seal.ts';

const log = pino({ level: 'silent' });

/** What an agent does with reads of its order stream, each a list of ids of queries, until they end. */
async function followed(reads: string[][], onQuery: () => Promise<void> = async () => {}) {
  const taken: string[] = [];
  let sent = 0;
  const stop = new AbortController();
  const orders: NodeLedger['orders'] = async () => {
    const read = reads.shift();
    if (!read) stop.abort();
    return (read ?? []).map((token, index) => ({ token, position: `${index + 1}-0` }));
  };
  const deps = {
    node: 'alpha',
    ledger: { orders } as Partial<NodeLedger> as NodeLedger,
    open: async (jti: string) => ({
      ...{ jti, issuedAt: 0, epoch: 1, expiresAt: 0 },
      body: { kind: 'query' as const, v: 1 as const, job: 'a' },
    }),
    executor: { take: async ({ jti }: { jti: string }) => void taken.push(jti), recover: unused, settle: unused },
    approver: { take: unused, hasSeeds: async () => false },
    onConnect: async () => {},
    onQuiet: async () => {},
    onLockdown: unused,
    onQuery: async () => {
      await onQuery();
      sent += 1;
    },
    ...{ away: createAway(log), log },
  };
  await followOrders(deps, stop.signal);
  return { taken, sent };
}

async function unused(): Promise<never> {
  throw new Error('nobody asks for this');
}

test('a query is answered once, however often its order is read; another of the same job again', async () => {
  const again = Array.from({ length: 1_000 }, () => 'q1');
  expect(await followed([['q1'], again, ['q1', 'q2', 'q1'], again])).toEqual({ taken: ['q1', 'q2'], sent: 2 });
});

test('what a query asks for is sent once for all queries of one read, and later when that failed', async () => {
  let failures = 1;
  const onQuery = async () => {
    failures -= 1;
    if (failures >= 0) throw new Error('the ledger is away');
  };
  expect(await followed([['q1', 'q2'], ['q1', 'q2'], ['q2']], onQuery)).toEqual({ taken: ['q1', 'q2'], sent: 1 });
});

test('before work of an earlier life is taken up, what stops something is heard, and nothing else', async () => {
  const heard: string[] = [];
  const waiting = { r1: 'run', c1: 'cancel', q1: 'query', l1: 'lockdown', a1: 'approve', u1: 'unlock', x1: 'forged' };
  const note = async ({ jti }: { jti: string }) => void heard.push(jti);
  const orders = async (_: string, after: string, blockMs: number) => {
    expect([after, blockMs], 'it does not wait').toEqual(['0', 0]);
    return Object.keys(waiting).map((token, index) => ({ token, position: `${index + 1}-0` }));
  };
  const open = async (jti: keyof typeof waiting) => {
    if (waiting[jti] === 'forged') throw refuse("it is nobody's");
    return { jti, issuedAt: 0, epoch: 1, body: { kind: waiting[jti] } } as Opened<Order>;
  };
  await hearStops(
    {
      ...{ node: 'alpha', log, onLockdown: note, open: (token) => open(token as keyof typeof waiting) },
      ledger: { orders } as Partial<NodeLedger> as NodeLedger,
      executor: { take: note, recover: unused, settle: unused },
    },
    new AbortController().signal,
  );
  expect(heard).toEqual(['c1', 'l1', 'u1']);
});
