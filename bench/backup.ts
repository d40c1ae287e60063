import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeData } from '../test/fixtures/data.ts';
import type { Keeper } from '../test/fixtures/keeper.ts';
import { startKeeper } from '../test/fixtures/keeper.ts';
import { makeVaults } from '../test/fixtures/restic.ts';
import type { Row } from './table.ts';
import { median } from './table.ts';

const PAIRS = 8;
const DATA = { files: 2_000, bytes: 2_000_000_000 };
/** Makes the repository, so that neither side pays for that: restic looks for seconds for how dear a key may be. */
const FIRST = { files: 1, bytes: 1_000 };
const LONG_MS = 1_800_000;
const SAMPLE_MS = 500;
const run = promisify(execFile);

/** `/backup` from the yes to the verdict in the chat beside plain restic on the same data, each to a repository that has none of it yet, in turns; and what the process holds meanwhile. */
export async function backup(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'nightguard-bench-'));
  let keeper: Keeper | undefined;
  try {
    const data = join(folder, 'data');
    makeData(data, 1, DATA);
    const first = join(folder, 'first');
    makeData(first, 2, FIRST);
    const { passwordFile } = await makeVaults(folder);
    const names = Array.from({ length: PAIRS + 1 }, (_, n) => `set${n}`);
    const destinations = Object.fromEntries(names.map((name) => [name, { kind: 'path', path: join(folder, name) }]));
    const sets = Object.fromEntries(
      names.flatMap((name) => [
        [name, { paths: [data], to: [name] }],
        [`${name}-first`, { paths: [first], to: [name] }],
      ]),
    );
    const off = { every: '1h', off: ['disk', 'memory', 'workload', 'endpoint', 'backup'] };
    keeper = await startKeeper(join(folder, 'node'), { backup: { passwordFile, destinations, sets }, watch: off });
    const [ours, plain, ends, later]: number[][] = [[], [], [], []];
    for (const [n, name] of names.entries()) {
      await keeper.order(`/backup local ${name}-first`, /saved to/, LONG_MS);
      // One key for both: each repository has its own price of opening it.
      await cp(join(folder, name), join(folder, `${name}-plain`), { recursive: true });
      const own = () => ordered(keeper as Keeper, name);
      const bare = () => plainly({ repository: join(folder, `${name}-plain`), folder, passwordFile }, data);
      // The first of a pair finds the disk's cache as the second of the one before has left it.
      const [one, other] = n % 2 === 0 ? [await own(), await bare()] : [await bare(), await own()].reverse();
      const [{ tookMs, resident }, { tookMs: bareMs }] = [one, other] as [Ordered, Ordered];
      for (const repository of [name, `${name}-plain`]) await rm(join(folder, repository), { recursive: true });
      // The first one warms everything up.
      if (n === 0) continue;
      ours?.push(tookMs);
      plain?.push(bareMs);
      later?.push(resident[Math.floor(resident.length / 5)] ?? 0);
      ends?.push(resident.at(-1) ?? 0);
    }
    const ratios = (ours ?? []).map((ms, n) => ms / (plain?.[n] ?? ms));
    return [
      {
        ...{ what: `backup of ${DATA.bytes / 1e6} MB, yes to verdict`, unit: 'ms', value: median(ours ?? []) },
        beside: { what: 'plain restic backup', value: median(plain ?? []) },
      },
      { what: 'the same, pair by pair', unit: 'times', value: median(ratios), budget: { most: 1.05 } },
      {
        ...{ what: 'hub, ledger and agent at its end: resident', unit: 'MB', value: median(ends ?? []) },
        ...{ beside: { what: 'a fifth of the way', value: median(later ?? []) }, budget: { most: 1.1, of: 'ratio' } },
      },
    ];
  } finally {
    await keeper?.life.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

interface Ordered {
  tookMs: number;
  /** In MB, again and again. */
  resident: number[];
}

async function ordered(keeper: Keeper, set: string): Promise<Ordered> {
  const resident: number[] = [];
  const sample = async () => void resident.push(await residentMb(keeper.life.pid));
  const timer = setInterval(sample, SAMPLE_MS);
  try {
    const { tookMs } = await keeper.order(`/backup local ${set}`, /saved to/, LONG_MS);
    return { tookMs, resident };
  } finally {
    clearInterval(timer);
  }
}

async function plainly(
  { repository, folder, passwordFile }: { repository: string; folder: string; passwordFile: string },
  data: string,
): Promise<Ordered> {
  const env = {
    ...{ PATH: process.env['PATH'], RESTIC_REPOSITORY: repository, RESTIC_PASSWORD_FILE: passwordFile },
    RESTIC_CACHE_DIR: join(folder, 'cache'),
  };
  const began = performance.now();
  await run('restic', ['backup', '--json', '--host=local', '--', data], { env, maxBuffer: 1e9 });
  return { tookMs: performance.now() - began, resident: [] };
}

async function residentMb(pid: number): Promise<number> {
  const [, kb] = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  return (Number(kb) * 1024) / 1e6;
}
