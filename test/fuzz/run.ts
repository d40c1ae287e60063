import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import type { Rig } from '../hub/rig.ts';
import { createRig } from '../hub/rig.ts';
import { createRandom } from '../random.ts';
import { isPlain } from './plain.ts';
import { madeUp } from './update.ts';

const STEP_MS = 150;
const HOUR_MS = 3_600_000;
/** A hub that is sent so many in a row has no rest in which V8 would collect by itself. */
const COLLECT_EVERY = 2_000;
/** What a hub may do for nobody: leave a chat that is not on the list, and tell the admins of a group that moved. */
const FOR_NOBODY = ['leaveChat', 'sendMessage'];

/** What came of some made-up updates. `wrong` is empty when all is well. */
export interface Fuzzed {
  updates: number;
  plain: number;
  /** Orders and questions that the plain ones became. */
  asked: number;
  wrong: string[];
  /** Memory in MB at a fifth of the way and at its end, after a collection: of the process, and of its objects alone. */
  rssMb: { fifth: number; end: number };
  heapMb: { fifth: number; end: number };
}

/** Sends so many made-up updates of one seed through a hub as it runs, with its ledger in a file and a dead Telegram. */
export async function fuzz({ updates, seed }: { updates: number; seed: number }): Promise<Fuzzed> {
  const folder = await mkdtemp(join(tmpdir(), 'nightguard-fuzz-'));
  const ledger = createSqliteLedger({ file: join(folder, 'ledger.db') });
  const rig = await createRig(ledger);
  const random = createRandom(seed);
  const done: Fuzzed = {
    updates,
    plain: 0,
    asked: 0,
    wrong: [],
    rssMb: { fifth: 0, end: 0 },
    heapMb: { fifth: 0, end: 0 },
  };
  const data: string[] = [];
  const crashed = (error: unknown) => void done.wrong.push(`unhandled: ${String(error)}`);
  process.on('unhandledRejection', crashed);
  try {
    for (let i = 0; i < updates; i += 1) {
      rig.clock.now += STEP_MS;
      const update = madeUp(random, rig.clock.now, data);
      const plain = isPlain(update);
      const wrong = await sendOne(rig, update, plain);
      if (wrong !== undefined) done.wrong.push(`${i}: ${wrong} ${JSON.stringify(update).slice(0, 1_000)}`);
      if (plain) done.plain += 1;
      done.asked += rig.touched.filter((name) => name === 'ask').length;
      if (i % 200 === 0) await refresh(rig, data);
      if (i % COLLECT_EVERY === 0) collect();
      if (i === Math.floor(updates / 5)) weigh(done, 'fifth');
    }
  } finally {
    weigh(done, 'end');
    process.off('unhandledRejection', crashed);
    await ledger.close();
    await rm(folder, { recursive: true, force: true });
  }
  return done;
}

/** What is wrong with what one update did; undefined when nothing is. */
async function sendOne(rig: Rig, update: object, plain: boolean): Promise<string | undefined> {
  for (const list of [rig.touched, rig.called, rig.logged]) list.length = 0;
  const { outcome } = await rig.receive(update).catch((error: unknown) => ({ outcome: `crash: ${String(error)}` }));
  const failed = rig.logged.find((line) => /"level":"(error|fatal)"/.test(line) && !line.includes('has become'));
  if (failed !== undefined) return failed.slice(0, 2_000);
  if (outcome !== 'taken' && outcome !== 'dropped') return outcome;
  if (plain) return undefined;
  const writes = rig.touched.filter((name) => name !== 'recall');
  if (writes.length > 0) return `not plain, and yet ${writes.join()}`;
  const calls = rig.called.filter((method) => !FOR_NOBODY.includes(method));
  return calls.length > 0 ? `not plain, and yet ${calls.join()}` : undefined;
}

/** Buttons that exist, and no more in the ledger than an hour leaves there. */
async function refresh({ ledger, clock }: Rig, data: string[]): Promise<void> {
  const before = clock.now - HOUR_MS;
  await ledger.trim({ ordersBefore: before, recordsBefore: before });
  const jobs = await ledger.jobs({ limit: 20 });
  const confirms = (await Promise.all(jobs.map(({ post }) => ledger.story(post)))).flatMap(
    (story) => story?.confirm?.id ?? [],
  );
  const ids = [...confirms.flatMap((id) => [`y:${id}`, `n:${id}`, `a:${id}`]), ...jobs.map(({ id }) => `c:${id}`)];
  data.splice(0, data.length, ...ids, ...jobs.map(({ id }) => `o:${id}:0`), 'y:x', 'd:x:7:x', '');
}

function weigh({ rssMb, heapMb }: Fuzzed, when: 'fifth' | 'end'): void {
  collect();
  const { rss, heapUsed } = process.memoryUsage();
  rssMb[when] = Math.round(rss / 1024 / 1024);
  heapMb[when] = Math.round(heapUsed / 1024 / 1024);
}

function collect(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}
