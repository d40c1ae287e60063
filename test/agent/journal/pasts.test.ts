import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { takeStock } from '#src/agent/history.ts';
import { temporaryFolder } from '../../adapters/temporary.ts';
import { cases } from '../../cases.ts';
import type { Random } from '../../random.ts';
import { createRandom } from '../../random.ts';
import { live, NOW } from './life.ts';

const SEED = 20_261_121;
const TRIALS = cases(20, 100);
const FATES = ['lost', 'put back from a copy', 'put back with the whole machine', 'kept'] as const;
const SILENT = { error: () => {}, warn: () => {}, info: () => {} } as never;

/** What came of one trial: how often each job was done over all lives. */
interface Past {
  fate: (typeof FATES)[number];
  done: Map<string, number>;
}

/**
 * A node works, a copy of its journal is made, it works on, the journal meets its fate, and all that was ever asked is
 * asked again, doubled and in another order, with something new among it. The ledger tells at the start how far it was heard.
 */
async function liveOn(random: Random, trial: number): Promise<Past> {
  const fate = random.pick(FATES);
  const done = new Map<string, number>();
  const asked: { job: string; issuedAt: number }[] = [];
  let now = NOW;
  const work = async (agent: Awaited<ReturnType<typeof live>>, jobs: number) => {
    for (let n = 0; n < jobs; n += 1) {
      const job = `t${trial}-${asked.length}`;
      asked.push({ job, issuedAt: agent.clock.now });
      await agent.take(job, {}, { input: { target: job } });
      await agent.verdictOf(job);
      agent.clock.now += random.below(4_000);
    }
    for (const job of agent.ran) done.set(job, (done.get(job) ?? 0) + 1);
    now = agent.clock.now;
    const { log, said } = agent.journal.history();
    await agent.close();
    return { log, seq: said };
  };
  const first = await live();
  await work(first, 1 + random.below(4));
  const copy = join(await temporaryFolder(), 'journal.db');
  await copyFile(first.file, copy);
  const heard = await work(await live({ folder: first.folder, now }), 1 + random.below(4));
  if (fate === 'lost') await rm(first.file);
  if (fate.startsWith('put back')) await copyFile(copy, first.file);
  // A snapshot of the machine brings its clock back as well, until it is set again.
  const later = fate === 'put back with the whole machine' ? NOW : now + random.below(90_000);
  const last = await live({ folder: first.folder, now: later });
  await takeStock({ heard: async () => heard, journal: last.journal, log: SILENT });
  const again = [...asked, ...asked].map((order) => ({ order, at: random.below(1_000_000) }));
  for (const { order } of again.sort((a, b) => a.at - b.at))
    await last.take(
      order.job,
      { issuedAt: order.issuedAt, expiresAt: order.issuedAt + 60_000 },
      { input: { target: order.job } },
    );
  const fresh = `t${trial}-new`;
  await last.take(fresh, {}, { input: { target: fresh }, seen: heard });
  await last.verdictOf(fresh);
  await last.executor().settle(10_000);
  for (const job of last.ran) done.set(job, (done.get(job) ?? 0) + 1);
  await last.close();
  return { fate, done };
}

test(`${TRIALS} journals that were lost or put back: nothing is done twice, and each new order has its verdict`, {
  timeout: 120_000,
}, async () => {
  const random = createRandom(SEED);
  const fates = new Map<string, number>();
  const twice: string[] = [];
  for (let trial = 0; trial < TRIALS; trial += 1) {
    const past = await liveOn(random, trial);
    fates.set(past.fate, (fates.get(past.fate) ?? 0) + 1);
    for (const [job, times] of past.done) if (times > 1) twice.push(`${past.fate}: ${job} ${times} times`);
  }
  expect(twice).toEqual([]);
  expect(fates.size).toBe(FATES.length);
  process.stdout.write(`${TRIALS} journals lost or put back, seed ${SEED}: ${twice.length} jobs done twice\n`);
});
