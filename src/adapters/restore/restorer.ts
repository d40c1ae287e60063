import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { Problem } from '#src/kit/problem.ts';
import type { Settled, Snapshot, Staged, Swapped } from '#src/operation/backups.ts';
import type { Workloads } from '#src/operation/tools.ts';
import type { Command } from '../command.ts';
import type { Repository } from '../restic/repository.ts';
import { hashTree } from '../tree/tree.ts';
import { createForward } from './forward.ts';
import { OLD, STAGE } from './names.ts';
import type { Records, RestoreRecord, Root } from './record.ts';
import { dropStages, restoredAt, restoreTo } from './stage.ts';
import { isThere } from './swap.ts';

/** What a restorer works with. */
export interface RestorerDeps {
  records: Records;
  workloads: Workloads;
  command: Command;
  /** ms since 1970. */
  now: () => number;
}

/** What is to be staged. */
export interface StageWish {
  set: string;
  snapshot: Snapshot;
  repository: Repository;
  /** Full paths, none of them inside another. */
  roots: readonly string[];
  /** Backs up those of the roots that are there; answers with the id of that backup. */
  emergency: (paths: readonly string[]) => Promise<string>;
}

/** Restores by staging, comparing and swapping. What it does is on record before it is done, so that it can be broken off anywhere and gone on with. */
export interface Restorer {
  stage(wish: StageWish, signal: AbortSignal): Promise<Staged>;
  swap(set: string, pause: readonly string[], signal: AbortSignal): Promise<Swapped>;
  undo(set: string, pause: readonly string[], signal: AbortSignal): Promise<Swapped>;
  settle(set: string, signal: AbortSignal): Promise<Settled>;
  /** Whether a stage of the same wish is there already. */
  staged(set: string, snapshot: string, roots: readonly string[]): Promise<boolean>;
  undoable(set: string): Promise<{ paths: string[]; at: number } | undefined>;
}

/** The restorer of one node. One set is worked on by one call at a time: the caller sees to that. */
export function createRestorer({ records, workloads, command, now }: RestorerDeps): Restorer {
  const { goOn, stepBack } = createForward({ records, workloads });
  return { stage, swap, undo, settle, staged, undoable };

  async function stage(
    { set, snapshot, repository, roots, emergency }: StageWish,
    signal: AbortSignal,
  ): Promise<Staged> {
    await settle(set, signal);
    const wanted = wantedOf(snapshot.id, roots);
    const before = await records.read(set);
    if (before?.phase === 'staged' && before.wanted === wanted && (await isWhole(before, signal)))
      return stagedOf(before);
    if (before?.phase === 'staged') await dropStages(before.stages);

    const there: string[] = [];
    for (const root of roots) if (await isThere(root)) there.push(root);
    const saved = there.length === 0 ? undefined : await emergency(there);

    const id = `${new Date(now()).toISOString().replace(/[-:]|\.\d+/g, '')}-${randomBytes(3).toString('hex')}`;
    const stages = roots.map((root, n) => ({ root, folder: join(dirname(root), `${STAGE}${id}-${n}`) }));
    const swaps = stages.map(
      (one, n): Root => ({
        ...{ path: one.root, had: there.includes(one.root) },
        ...{ staged: restoredAt(one), old: join(dirname(one.root), `${OLD}${id}-${n}`) },
      }),
    );
    const record = await records.write({
      ...{
        v: 1,
        id,
        kind: 'restore',
        phase: 'staging',
        set,
        wanted,
        snapshot,
        roots: swaps,
        digests: [],
        files: 0,
        bytes: 0,
      },
      ...{ stages: stages.map(({ folder }) => folder), paused: [], at: now(), ...(saved && { emergency: saved }) },
    });
    try {
      const hashes = await restoreTo(stages, { repository, id: snapshot.id, command }, signal);
      const files = hashes.reduce((sum, hash) => sum + hash.files, 0);
      const bytes = hashes.reduce((sum, hash) => sum + hash.bytes, 0);
      const digests = hashes.map(({ digest }) => digest);
      return stagedOf(await records.write({ ...record, phase: 'staged', digests, files, bytes }));
    } catch (error) {
      // What cannot be taken away now is on record, and is with the next try.
      await dropStages(record.stages).then(
        () => records.forget(set),
        () => {},
      );
      throw error;
    }
  }

  async function swap(set: string, users: readonly string[], signal: AbortSignal): Promise<Swapped> {
    const record = await records.read(set);
    if (record?.phase !== 'staged')
      throw new Problem('restore', `Nothing is staged for ${set}. Ask for the restore again.`);
    return await goOn(record, users, signal);
  }

  async function undo(set: string, users: readonly string[], signal: AbortSignal): Promise<Swapped> {
    await settle(set, signal);
    const last = await records.read(set);
    if (last?.phase !== 'done')
      throw new Problem('nothing-to-undo', `No restore of ${set} can be undone. See /backups`);
    const roots: Root[] = [];
    for (const { path, had, old } of last.roots) {
      const kept = await isThere(old);
      if (had && !kept)
        throw new Problem(
          'nothing-to-undo',
          `What was at ${path} before is not kept any more. Restore the emergency backup: see /backups`,
        );
      const next = join(dirname(path), `${OLD}${last.id}-undone-${roots.length}`);
      roots.push({ path, had: await isThere(path), old: next, ...(kept && { staged: old }) });
    }
    // The stages of an undone restore hold what was there: they are never thrown away.
    const id = `${last.id}u`;
    const record: RestoreRecord = {
      ...last,
      id,
      kind: 'undo',
      phase: 'staged',
      roots,
      stages: [],
      digests: [],
      paused: [],
      at: now(),
    };
    await records.write(record);
    return await goOn(record, users, signal);
  }

  async function settle(set: string, signal: AbortSignal): Promise<Settled> {
    const record = await records.read(set);
    if (!record || record.phase === 'done') return { state: 'nothing' };
    const paths = record.roots.map(({ path }) => path);
    switch (record.phase) {
      case 'staging':
        await dropStages(record.stages);
        await records.forget(set);
        return { state: 'old', paths };
      case 'staged':
        if (record.kind === 'undo') await stepBack(record);
        return { state: 'old', paths };
      case 'pausing':
        await stepBack(record);
        return { state: 'old', paths };
      case 'swapping':
      case 'resuming':
        return { state: 'new', swapped: await goOn(record, [], signal) };
      default:
        return record.phase satisfies never;
    }
  }

  async function staged(set: string, snapshot: string, roots: readonly string[]): Promise<boolean> {
    const record = await records.read(set);
    return record?.phase === 'staged' && record.kind === 'restore' && record.wanted === wantedOf(snapshot, roots);
  }

  async function undoable(set: string): Promise<{ paths: string[]; at: number } | undefined> {
    const record = await records.read(set);
    if (record?.phase !== 'done') return undefined;
    return { paths: record.roots.map(({ path }) => path), at: record.at };
  }
}

function wantedOf(snapshot: string, roots: readonly string[]): string {
  return JSON.stringify([snapshot, ...roots]);
}

function stagedOf({ files, bytes, emergency }: RestoreRecord): Staged {
  return { files, bytes, emergency };
}

/** Whether what was staged in an earlier life is still what was compared then. */
async function isWhole({ roots, digests }: RestoreRecord, signal: AbortSignal): Promise<boolean> {
  for (const [n, { staged }] of roots.entries()) {
    if (staged === undefined || !(await isThere(staged))) return false;
    if ((await hashTree(staged, signal)).digest !== digests[n]) return false;
  }
  return true;
}
