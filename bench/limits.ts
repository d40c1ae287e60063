import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { makeKeys } from '#src/wire/keys.ts';
import { Order } from '#src/wire/order.ts';
import { open, seal } from '#src/wire/seal.ts';
import { quantiles } from './table.ts';

const ECHO = fileURLToPath(new URL('./echo.mjs', import.meta.url));
const TIMES = 300;
const ORDER = { kind: 'run', v: 1, operation: 'status', version: 1, input: {}, operator: 1001 } as const;
type Quantiles = ReturnType<typeof quantiles>;

/** From one process through a stream to another one, and back through a second stream, in ms. */
export async function bareStreams(url: string): Promise<Quantiles> {
  const other = fork(ECHO, [url]);
  const [here, reader] = [new Redis(url), new Redis(url)];
  try {
    await once(other, 'message');
    let after = '0';
    return quantiles(
      await timed(async (n) => {
        await here.xadd('bench:there', '*', 'token', `${n}`.padStart(600, 'x'));
        const back = await reader.xread('BLOCK', 5_000, 'STREAMS', 'bench:back', after);
        after = back?.[0]?.[1].at(-1)?.[0] ?? after;
      }),
    );
  } finally {
    await here.del('bench:there', 'bench:back');
    here.disconnect();
    reader.disconnect();
    const ended = once(other, 'exit');
    other.kill();
    await ended;
  }
}

/** One order signed and verified, in ms. */
export async function bareSeal(): Promise<Quantiles> {
  const keys = await makeKeys();
  const party = { name: 'local', key: keys.public };
  const [sealTo, openIt] = [seal({ name: 'local', keys }, party), open({ name: 'local', keys }, party, 'order', Order)];
  return quantiles(
    await timed(async (n) => {
      await openIt(await sealTo('order', { jti: `job${n}`, body: ORDER, at: Date.now(), lifeS: 60 }));
    }),
  );
}

/** One durable row in a SQLite file, in ms. */
export async function bareCommit(): Promise<Quantiles> {
  const folder = await mkdtemp(join(tmpdir(), 'nightguard-bench-'));
  const bare = new DatabaseSync(join(folder, 'bare.db'));
  bare.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (v TEXT)');
  const insert = bare.prepare('INSERT INTO t VALUES (?)');
  const taken = quantiles(await timed((n) => insert.run(`row ${n}`)));
  bare.close();
  await rm(folder, { recursive: true });
  return taken;
}

/** How long each of so many turns of an act took, in ms. */
export async function timed(act: (n: number) => unknown, times = TIMES): Promise<number[]> {
  const taken: number[] = [];
  for (let n = 0; n < times; n += 1) {
    const began = performance.now();
    await act(n);
    taken.push(performance.now() - began);
  }
  return taken;
}
