import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createCommand } from '#src/adapters/command.ts';
import type { Records, RestoreRecord } from '#src/adapters/restore/record.ts';
import { createRecords } from '#src/adapters/restore/record.ts';
import { createRestorer } from '#src/adapters/restore/restorer.ts';
import { hashTree } from '#src/adapters/tree/tree.ts';
import type { Snapshot } from '#src/operation/snapshot.ts';
import { makeData } from '../../fixtures/data.ts';
import { makeVaults } from '../../fixtures/restic.ts';
import { temporaryFolder } from '../temporary.ts';
import { memoryWorkloads } from './workloads.ts';

export const patience = () => AbortSignal.timeout(60_000);
const quiet = () => {};

/** One repository for all tests of a file, and a copy of what it holds. */
export async function prepare() {
  const folder = await mkdtemp(join(tmpdir(), 'nightguard-'));
  const vaults = await makeVaults(join(folder, 'vaults'));
  const live = join(folder, 'live');
  const [data, single] = [join(live, 'data'), join(live, 'single.env')];
  makeData(data, 7, { files: 120, bytes: 400_000 });
  await writeFile(single, 'one file');
  await symlink('data', join(live, 'beside'));
  const repository = vaults.at();
  await vaults.lay();
  const source = { kind: 'files', paths: [data, single], excludes: [] } as const;
  await repository.save({ source, host: 'alpha', tags: ['set:shop'] }, quiet, patience());
  const [line] = await repository.snapshots({ host: 'alpha', tag: undefined }, patience());
  const snapshot: Snapshot = {
    id: line?.id ?? '',
    set: 'shop',
    part: 'files',
    destination: 'main',
    at: 0,
    emergency: false,
  };
  await copyTree(live, join(folder, 'pristine'));
  return { folder, live, data, single, repository, snapshot };
}

async function copyTree(from: string, to: string): Promise<void> {
  await promisify(execFile)('cp', ['-a', '--', from, to]);
}

/** The data as they were saved, and a restorer beside it with a clock and a disk for its records that a test can turn. */
export async function setUpOn(
  { folder, live, data, single, repository, snapshot }: Awaited<ReturnType<typeof prepare>>,
  { sick = [] }: { sick?: string[] } = {},
) {
  await rm(live, { recursive: true, force: true });
  await copyTree(join(folder, 'pristine'), live);
  const users = memoryWorkloads(['web'], sick);
  const kept = createRecords(join(await temporaryFolder(), 'state'));
  /** Where the disk of the state has no space left: from a phase on, or for one alone. */
  const full: { from?: RestoreRecord['phase']; only?: RestoreRecord['phase']; isNow?: boolean } = {};
  const records: Records = {
    ...kept,
    async write(record) {
      if (record.phase === full.from) full.isNow = true;
      if (full.isNow || record.phase === full.only) throw new Error('ENOSPC: no space left on device, open');
      return await kept.write(record);
    },
  };
  const clock = { now: Date.now() };
  const restorer = createRestorer({
    records,
    workloads: users.workloads,
    command: createCommand(),
    now: () => clock.now,
  });
  const emergencies: (readonly string[])[] = [];
  const emergency = async (paths: readonly string[]) => `emergency-${emergencies.push(paths)}`;
  const wish = () => ({ set: 'shop', snapshot, repository, roots: [data, single], emergency });
  return { data, single, restorer, records, wish, emergencies, users, clock, full, was: await digest(data) };
}

export async function digest(path: string): Promise<string> {
  return (await hashTree(path, patience())).digest;
}

/** What lies beside the data. */
export async function leftovers(data: string): Promise<string[]> {
  return await readdir(join(data, '..'));
}
