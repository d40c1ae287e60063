import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Follow } from '#src/operation/backups.ts';
import type { Command } from '../command.ts';
import { expectExit } from '../expectExit.ts';
import type { Repository } from '../restic/repository.ts';
import type { TreeHash } from '../tree/tree.ts';
import { hashTree } from '../tree/tree.ts';
import { createComparison } from './compare.ts';

const SYNC_MS = 10 * 60_000;

/** One root of a snapshot and the folder that it is restored into; several may share one. */
export interface Stage {
  root: string;
  folder: string;
}

/** Where a root lies once it is restored. */
export function restoredAt({ root, folder }: Stage): string {
  return root === '/' ? folder : join(folder, root);
}

/**
 * Restores roots of a snapshot, each into its folder (made here, for this user alone), and compares them with the snapshot:
 * restic the contents, this the names, kinds, sizes, modes, owners and times. On disk when it resolves. Throws Problem `restore-differs`.
 */
export async function restoreTo(
  stages: readonly Stage[],
  from: {
    repository: Repository;
    id: string;
    command: Command;
    totalBytes?: number | undefined;
    follow?: Follow | undefined;
  },
  signal: AbortSignal,
): Promise<TreeHash[]> {
  const { repository, id, command, totalBytes, follow } = from;
  for (const folder of new Set(stages.map((stage) => stage.folder))) await mkdir(folder, { mode: 0o700 });
  for (const { root, folder } of stages) {
    const of = {
      id,
      include: root === '/' ? [] : [root],
      target: folder,
      totalBytes: stages.length > 1 ? undefined : totalBytes,
    };
    await repository.restore(of, signal, follow);
  }
  follow?.({ at: 'comparing names, modes and times with the backup' });
  const comparisons = stages.map((stage) => createComparison(stage.root, restoredAt(stage)));
  await repository.walk(id, (node) => comparisons.forEach((one) => void one.take(node)), signal);
  for (const comparison of comparisons) await comparison.end(signal);
  const hashes: TreeHash[] = [];
  for (const stage of stages) {
    hashes.push(await hashTree(restoredAt(stage), signal));
    await syncTree(stage.folder, command, signal);
  }
  return hashes;
}

/** Takes stages away; what restic left there when it was killed, too. */
export async function dropStages(folders: readonly string[]): Promise<void> {
  for (const folder of folders) await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

/** A swap must not put in place what a power cut could still take away. */
async function syncTree(folder: string, command: Command, signal: AbortSignal): Promise<void> {
  const argv = process.platform === 'linux' ? ['-f', '--', folder] : [];
  expectExit('sync', await command.run('sync', argv, { timeoutMs: SYNC_MS }, signal), SYNC_MS);
}
