import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createCommand } from '#src/adapters/command.ts';
import { createRecords } from '#src/adapters/restore/record.ts';
import { createRestorer } from '#src/adapters/restore/restorer.ts';
import type { Snapshot } from '#src/operation/snapshot.ts';
import { memoryWorkloads } from '../../adapters/restore/workloads.ts';
import { makeVaults } from '../../fixtures/restic.ts';

/** What a life of the restorer is told: where its repository is, what it restores, and where it keeps its records. */
export interface Task {
  folder: string;
  state: string;
  snapshot: string;
  roots: string[];
}

const signal = AbortSignal.timeout(300_000);
const { folder, state, snapshot: id, roots }: Task = JSON.parse(process.argv[2] ?? '');
const vaults = await makeVaults(folder);
const repository = vaults.at();
await mkdir(state, { recursive: true });
const records = createRecords(join(state, 'restore'));
const { workloads } = memoryWorkloads(['web']);
const restorer = createRestorer({ records, workloads, command: createCommand(), now: () => Date.now() });
const snapshot: Snapshot = { id, set: 'shop', part: 'files', destination: 'main', at: 0, emergency: false };
const emergency = async (paths: readonly string[]): Promise<string> => {
  const source = { kind: 'files', paths, excludes: ['.nightguard-*'] } as const;
  return (await repository.save({ source, host: 'alpha', tags: ['emergency'] }, () => {}, signal)).snapshot;
};

// As an agent does: what an earlier life left open is brought to an end first.
process.send?.('begun');
const settled = await restorer.settle('shop', signal);
if (settled.state !== 'new') {
  await restorer.stage({ set: 'shop', snapshot, repository, roots, emergency }, signal);
  process.send?.('staged');
  await restorer.swap('shop', ['web'], signal);
}
process.send?.('done');
process.disconnect?.();
