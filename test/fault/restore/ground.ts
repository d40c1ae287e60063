import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Repository } from '#src/adapters/restic/repository.ts';
import { hashTree } from '#src/adapters/tree/tree.ts';
import type { Amount } from '../../fixtures/data.ts';
import { makeData } from '../../fixtures/data.ts';
import { makeVaults } from '../../fixtures/restic.ts';

const run = promisify(execFile);
const patience = () => AbortSignal.timeout(600_000);

/** What all trials stand on: one repository with one backup of a good tree, and copies of the good tree and a damaged one. */
export interface Ground {
  folder: string;
  vaults: string;
  passwordFile: string;
  cacheDir: string;
  repository: Repository;
  snapshot: string;
  live: string;
  good: string;
  damaged: string;
  close(): Promise<void>;
}

/** Makes the ground; the damaged tree has changed files and lacks a folder; nothing is too much in it, since restic in place would leave that. */
export async function makeGround(seed: number, amount: Amount): Promise<Ground> {
  const folder = await mkdtemp(join(tmpdir(), 'nightguard-restore-'));
  const vaults = await makeVaults(join(folder, 'vaults'));
  const live = join(folder, 'live', 'data');
  makeData(live, seed, amount);
  await writeFile(join(live, 'a-first'), 'good');
  await writeFile(join(live, 'z-last'), 'good');
  const repository = vaults.at();
  await repository.init(patience());
  const source = { kind: 'files', paths: [live], excludes: [] } as const;
  await repository.save({ source, host: 'alpha', tags: [] }, () => {}, patience());
  const [line] = await repository.snapshots({ host: 'alpha', tag: undefined }, patience());
  await copyTree(live, join(folder, 'good'));
  await writeFile(join(live, 'a-first'), 'damaged');
  await appendFile(join(live, 'z-last'), 'damaged');
  await rm(join(live, 'empty'), { recursive: true });
  await truncate(join(live, 'hole.img'), 100);
  await copyTree(live, join(folder, 'damaged'));
  return {
    ...{ folder, vaults: vaults.folder, passwordFile: vaults.passwordFile, cacheDir: vaults.cacheDir, repository },
    ...{ snapshot: line?.id ?? '', live, good: await digest(join(folder, 'good')), damaged: await digest(live) },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Puts the damaged tree where it lives, and nothing beside it. */
export async function reset({ folder, live }: Ground): Promise<void> {
  await rm(join(live, '..'), { recursive: true, force: true });
  await run('mkdir', ['-p', join(live, '..')]);
  await copyTree(join(folder, 'damaged'), live);
}

/** How the live tree stands. Only `mixed` is neither one nor the other; `absent` is the moment between two renames, where names cannot be exchanged. */
export async function standing({ live, good, damaged }: Ground): Promise<'old' | 'new' | 'absent' | 'mixed'> {
  const now = await digest(live).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return 'absent' as const;
    throw error;
  });
  if (now === 'absent') return now;
  return now === good ? 'new' : now === damaged ? 'old' : 'mixed';
}

async function digest(path: string): Promise<string> {
  return (await hashTree(path, patience())).digest;
}

async function copyTree(from: string, to: string): Promise<void> {
  await run('cp', ['-a', '--', from, to]);
}
