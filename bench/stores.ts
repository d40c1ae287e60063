import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createJournal } from '#src/agent/journal.ts';
import { makeKeys } from '#src/wire/keys.ts';
import { Order } from '#src/wire/order.ts';
import { open, seal } from '#src/wire/seal.ts';
import type { Row } from './table.ts';
import { quantiles } from './table.ts';

const TIMES = 300;

/** What one durable step and one sealed order cost, beside a bare SQLite commit with the same safety. */
export async function stores(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'nightguard-bench-'));
  const bare = new DatabaseSync(join(folder, 'bare.db'));
  bare.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (v TEXT)');
  const insert = bare.prepare('INSERT INTO t VALUES (?)');
  const commit = quantiles(timed((n) => insert.run(`row ${n}`)));
  const journal = createJournal({ file: join(folder, 'journal.db'), now: Date.now });
  const order = { kind: 'run', v: 1, operation: 'status', version: 1, input: {}, operator: 1001 } as const;
  const accept = quantiles(timed((n) => journal.accept(`job${n}`, order, Date.now() + 60_000)));
  const keys = await makeKeys();
  const party = { name: 'local', key: keys.public };
  const [sealTo, openIt] = [seal({ name: 'local', keys }, party), open({ name: 'local', keys }, party, 'order', Order)];
  const sealed: number[] = [];
  for (let n = 0; n < TIMES; n += 1) {
    const began = performance.now();
    await openIt(await sealTo('order', { jti: `job${n}`, body: order, at: Date.now(), lifeS: 60 }));
    sealed.push(performance.now() - began);
  }
  bare.close();
  journal.close();
  await rm(folder, { recursive: true });
  return [
    {
      what: 'journal accepts a job, p50',
      unit: 'ms',
      value: accept.p50,
      beside: { what: 'bare SQLite commit', value: commit.p50 },
    },
    { what: 'order sealed and opened, p50', unit: 'ms', value: quantiles(sealed).p50 },
  ];
}

function timed(act: (n: number) => void): number[] {
  return Array.from({ length: TIMES }, (_, n) => {
    const began = performance.now();
    act(n);
    return performance.now() - began;
  });
}
