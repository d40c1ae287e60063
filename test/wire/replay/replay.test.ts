import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Ledger } from '#src/ledger/port.ts';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import type { OrderOut } from '#src/ledger/writes.ts';
import type { Self } from '#src/wire/seal.ts';
import { seal } from '#src/wire/seal.ts';
import { temporaryFolder } from '../../adapters/temporary.ts';
import { AT, alpha, beta, hub, party } from '../forge.ts';
import type { Outcome } from './life.ts';
import { liveThrough } from './life.ts';

const COUNT = 1_000;
const LIFE_S = 120;
const names = Array.from({ length: COUNT }, (_, n) => `w${n}`);
const orders: OrderOut[] = [];

beforeAll(async () => {
  const sealed = seal(hub, party(alpha));
  for (const target of names) {
    const body = { kind: 'run', v: 1, operation: 'touch', version: 1, input: { target }, operator: 7 };
    const token = await sealed('order', { jti: `job-${target}`, body, at: AT, lifeS: LIFE_S });
    orders.push({ node: 'alpha', job: `job-${target}`, token });
  }
}, 60_000);

test('1,000 orders run once, and again in none of six situations', { timeout: 300_000 }, async () => {
  const folder = await temporaryFolder();
  const journalFile = join(folder, 'journal.db');
  const ledgers: Ledger[] = [];
  onTestFinished(async () => void (await Promise.all(ledgers.map((ledger) => ledger.close()))));
  const ledgerAt = (name: string) => {
    const ledger = createSqliteLedger({ file: join(folder, name), now: () => AT });
    ledgers.push(ledger);
    return ledger;
  };
  let fresh = 0;
  /** A stream with the recorded orders in it, as somebody who holds the ledger can make it. */
  const replayed = async (node: string, times = 1) => {
    fresh += 1;
    const ledger = ledgerAt(`replay${fresh}.db`);
    for (let n = 0; n < times; n += 1) await ledger.send(orders.map((order) => ({ ...order, node })));
    return ledger;
  };
  const live = (ledger: Ledger, more: { self?: Self; journal?: string; now?: number; orders?: number } = {}) =>
    liveThrough({
      ...{ self: more.self ?? alpha, ledger, journalFile: more.journal ?? journalFile, orders: more.orders ?? COUNT },
      now: () => more.now ?? AT,
    });

  // Each order is in the stream twice from the start, so that the second is read at once behind the first.
  const recorded = await replayed('alpha', 2);
  const restored = join(folder, 'restored.db');
  await recorded.close();
  ledgers.pop();
  await copyFile(join(folder, 'replay1.db'), restored);

  const first = await live(ledgerAt('replay1.db'), { orders: 2 * COUNT });
  expect(first.ran.toSorted()).toEqual(names.toSorted());

  const known = { ran: [], refused: 0 } satisfies Outcome;
  expect(await live(await replayed('alpha')), 'after a restart').toEqual(known);
  expect(await live(ledgerAt('restored.db'), { orders: 2 * COUNT }), 'after a restored ledger').toEqual(known);

  const elsewhere = await live(await replayed('beta'), { self: beta, journal: join(folder, 'beta.db') });
  expect(elsewhere, 'at another node').toEqual({ ran: [], refused: COUNT });

  const late = AT + LIFE_S * 1000;
  expect(await live(await replayed('alpha'), { now: late }), 'after exp').toEqual(known);
  const lost = await live(await replayed('alpha'), { now: late, journal: join(folder, 'lost.db') });
  expect(lost, 'after exp, with a lost journal').toEqual(known);

  // The journal never drops a job. What it does drop is what the hub has acknowledged; the ledger drops old orders.
  const trimmed = await replayed('alpha');
  await liveThrough({ self: alpha, ledger: trimmed, journalFile, now: () => AT, orders: COUNT, acknowledged: true });
  await trimmed.trim({ ordersBefore: AT + 1, recordsBefore: AT + 1 });
  await trimmed.send(orders);
  expect(await live(trimmed), 'after retention').toEqual(known);

  process.stdout.write(`${COUNT} orders: ${first.ran.length} ran once; replayed in 6 situations: 0 ran twice\n`);
});
