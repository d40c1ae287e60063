import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { launchRedis } from '../../fixtures/redis.ts';
import type { Figure } from '../release/part.ts';

const VERSION = '6.7.0';
/** What it speaks to Redis with. */
const IOREDIS = 'ioredis@5';
const LIFE = fileURLToPath(new URL('./bullmqLife.mjs', import.meta.url));
/** Its locks and its looks for stalled jobs are 30 s as it comes. */
const PATIENCE_MS = 120_000;

/** The little of BullMQ's queue that is used. */
interface Queue {
  addBulk(jobs: { name: string; data: object }[]): Promise<unknown>;
  getJobCounts(...kinds: string[]): Promise<Record<string, number>>;
  close(): Promise<void>;
}

/** Jobs that a BullMQ worker had begun when it was killed with -9, and how many of them the next worker began again. The package is fetched for it, since nothing else uses it. */
export async function bullmqBeside({ jobs }: { jobs: number }): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'nightguard-bullmq-'));
  try {
    const argv = [
      'install',
      '--prefix',
      folder,
      '--no-audit',
      '--no-fund',
      '--ignore-scripts',
      `bullmq@${VERSION}`,
      IOREDIS,
    ];
    const fetched = await promisify(execFile)('npm', argv).catch(() => undefined);
    if (!fetched) return [figureOf(0, 'BullMQ could not be fetched and is left out')];
    const again = await runTwice(folder, jobs);
    return [figureOf(jobs, `BullMQ ${VERSION} as it comes begins ${again} of ${jobs} again; ours: part "agent"`)];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runTwice(folder: string, jobs: number): Promise<number> {
  const redis = await launchRedis({ aof: true });
  const file = join(folder, 'begun');
  const begun = async () => (await readFile(file, 'utf8').catch(() => '')).split('\n').filter(Boolean);
  const live = (ends: string) =>
    spawn(process.execPath, [LIFE, folder, String(redis.port), file, ends], { stdio: 'ignore' });
  const made: new (name: string, options: object) => Queue = createRequire(`${folder}/`)('bullmq').Queue;
  const queue = new made('restarts', { connection: { host: '127.0.0.1', port: redis.port } });
  const lives = [live('stays')];
  try {
    await queue.addBulk(Array.from({ length: jobs }, () => ({ name: 'restart', data: {} })));
    await until(async () => (await begun()).length === jobs);
    const [first] = lives;
    first?.kill('SIGKILL');
    if (first) await once(first, 'exit');
    lives.push(live('ends'));
    await until(async () => {
      const { completed = 0, failed = 0 } = await queue.getJobCounts('completed', 'failed');
      return completed + failed === jobs;
    });
    return (await begun()).length - jobs;
  } finally {
    for (const life of lives) life.kill('SIGKILL');
    await queue.close();
    await redis.stop();
  }
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const ends = performance.now() + PATIENCE_MS; !(await isSo()); await sleep(200))
    if (performance.now() > ends) throw new Error('BullMQ did not come so far');
}

function figureOf(tried: number, beside: string): Figure {
  return {
    what: 'jobs whose worker was killed with -9 after it had begun them (not ours)',
    tried,
    of: 'jobs',
    wrong: 0,
    beside,
  };
}
