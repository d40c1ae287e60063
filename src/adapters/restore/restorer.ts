import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { Problem } from '#src/kit/problem.ts';
import type { Follow } from '#src/operation/backups.ts';
import type { Settled, Staged, Swapped, Undoable, UndoWish } from '#src/operation/restores.ts';
import type { Snapshot } from '#src/operation/snapshot.ts';
import type { Workloads } from '#src/operation/tools.ts';
import type { Command } from '../command.ts';
import type { Repository } from '../restic/repository.ts';
import { hashTree } from '../tree/tree.ts';
import { createExchange } from './exchange.ts';
import { createForward } from './forward.ts';
import { identityOf, isThere } from './identity.ts';
import { OLD, STAGE, stampOf } from './names.ts';
import type { Records, RestoreRecord, Root } from './record.ts';
import { replacedAt } from './record.ts';
import { dropStages, restoredAt, restoreTo } from './stage.ts';
import { createSwapper } from './swap.ts';

/** What a restorer works with. */
export interface RestorerDeps {
  records: Records;
  workloads: Workloads;
  command: Command;
  /** Throws when a path of a set is not where it should be; asked directly before anything is put in place. */
  look?: (set: string, paths: readonly string[]) => Promise<void>;
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
  /** By which this restore is known again. */
  mark?: string | undefined;
  /** The folder in which a root is staged and kept, on its file system; the one above it unless told. */
  beside?: (root: string) => Promise<string>;
  /** Backs up those of the roots that are there; answers with the id of that backup. */
  emergency: (paths: readonly string[]) => Promise<string>;
  /** How much will be restored, if it is known, and who is told how far it is. */
  totalBytes?: number | undefined;
  follow?: Follow | undefined;
}

/** Restores by staging, comparing and swapping. What it does is on record before it is done, so that it can be broken off anywhere and gone on with. */
export interface Restorer {
  stage(wish: StageWish, signal: AbortSignal): Promise<Staged>;
  swap(set: string, pause: readonly string[], signal: AbortSignal): Promise<Swapped>;
  /** Of the last restore; if `of` names another, Problem `nothing-to-undo` says so. */
  undo(set: string, pause: readonly string[], signal: AbortSignal, of?: UndoWish): Promise<Swapped>;
  settle(set: string, signal: AbortSignal): Promise<Settled>;
  /** Whether a stage of the same wish is there already. */
  staged(set: string, snapshot: string, roots: readonly string[]): Promise<boolean>;
  undoable(set: string): Promise<Undoable | undefined>;
}

/** The restorer of one node. One set is worked on by one call at a time: the caller sees to that. */
export function createRestorer({ records, workloads, command, look = async () => {}, now }: RestorerDeps): Restorer {
  const swapper = createSwapper(createExchange(command));
  const { goOn, stepBack } = createForward({ records, workloads, swapper, look, now });
  return { stage, swap, undo, settle, staged, undoable };

  async function stage(
    {
      set,
      snapshot,
      repository,
      roots,
      emergency,
      mark,
      beside = async (root) => dirname(root),
      totalBytes,
      follow,
    }: StageWish,
    signal: AbortSignal,
  ): Promise<Staged> {
    await settle(set, signal);
    const wanted = wantedOf(snapshot.id, roots);
    const before = await records.atWork(set);
    const isHere = before?.wanted === wanted && (await isWhole(before, signal));
    if (before && !isHere) {
      await dropStages(before.stages);
      await records.forget(before);
    }

    const there: string[] = [];
    for (const root of roots) if (await isThere(root)) there.push(root);
    const saved = there.length === 0 ? undefined : await emergency(there);
    // What was staged by an earlier try is as good as ever; what is there may have changed since.
    if (isHere) return stagedOf(await records.write({ ...before, mark, emergency: saved }));

    const { id, n } = await next(set);
    const grounds = await Promise.all(roots.map(beside));
    const at = (index: number, prefix: string) => join(grounds[index] ?? '/', `${prefix}${id}-${index}`);
    const stages = roots.map((root, index) => ({ root, folder: at(index, STAGE) }));
    const swaps = stages.map(
      (one, index): Root => ({
        ...{ path: one.root, had: there.includes(one.root) },
        ...{ staged: restoredAt(one), old: at(index, OLD) },
      }),
    );
    const record = await records.write({
      ...{ v: 2, id, n, kind: 'restore', phase: 'staging', set, wanted, snapshot, roots: swaps },
      ...{ digests: [], files: 0, bytes: 0, paused: [], at: now(), mark, ...(saved && { emergency: saved }) },
      stages: stages.map(({ folder }) => folder),
    });
    try {
      const hashes = await restoreTo(stages, { repository, id: snapshot.id, command, totalBytes, follow }, signal);
      const files = hashes.reduce((sum, hash) => sum + hash.files, 0);
      const bytes = hashes.reduce((sum, hash) => sum + hash.bytes, 0);
      const digests = hashes.map(({ digest }) => digest);
      return stagedOf(
        await records.write({ ...record, phase: 'staged', roots: await known(swaps), digests, files, bytes }),
      );
    } catch (error) {
      // What cannot be taken away now is on record, and is with the next try.
      await dropStages(record.stages).then(
        () => records.forget(record),
        () => {},
      );
      throw error;
    }
  }

  async function swap(set: string, users: readonly string[], signal: AbortSignal): Promise<Swapped> {
    const record = await records.atWork(set);
    if (record?.phase !== 'staged')
      throw new Problem('restore', `Nothing is staged for ${set}. Ask for the restore again.`);
    return await goOn(record, users, signal);
  }

  async function undo(
    set: string,
    users: readonly string[],
    signal: AbortSignal,
    { restore, mark }: UndoWish = {},
  ): Promise<Swapped> {
    await settle(set, signal);
    const [last] = await records.done(set);
    if (!last) throw new Problem('nothing-to-undo', `No restore of ${set} can be undone. See /backups`);
    if (restore !== undefined && restore !== last.id)
      throw new Problem(
        'nothing-to-undo',
        `That restore of ${set} was not the last one, and cannot be undone any more. For the last one ask /restore_undo`,
      );
    const { id, n } = await next(set);
    const roots: Root[] = [];
    for (const { path, had, old } of last.roots) {
      const kept = await isThere(old);
      if (had && !kept)
        throw new Problem(
          'nothing-to-undo',
          `What was at ${path} before is not kept any more. Restore the emergency backup: see /backups`,
        );
      const aside = join(dirname(old), `${OLD}${id}-${roots.length}`);
      roots.push({ path, had: await isThere(path), old: aside, ...(kept && { staged: old }) });
    }
    const before = await records.atWork(set);
    if (before) {
      await dropStages(before.stages);
      await records.forget(before);
    }
    // The stages of an undone restore hold what was there: they are never thrown away.
    const record = await records.write({
      ...{ v: 2, id, n, kind: 'undo', phase: 'staged', set, wanted: `undo of ${last.id}`, roots: await known(roots) },
      ...{ stages: [], digests: [], files: 0, bytes: 0, paused: [], at: now(), mark },
    });
    return await goOn(record, users, signal);
  }

  async function settle(set: string, signal: AbortSignal): Promise<Settled> {
    const record = await records.atWork(set);
    if (!record) return { state: 'nothing' };
    const paths = record.roots.map(({ path }) => path);
    switch (record.phase) {
      case 'staging':
        await dropStages(record.stages);
        await records.forget(record);
        return { state: 'old', paths, unwell: [] };
      case 'staged':
        if (record.kind === 'undo') await stepBack(record);
        return { state: 'old', paths, unwell: [] };
      case 'pausing':
        return { state: 'old', paths, unwell: (await stepBack(record)).unwell };
      case 'swapping':
      case 'resuming':
        return { state: 'new', swapped: await goOn(record, [], signal) };
      default:
        throw new Error(`a restore at work is ${record.phase}`);
    }
  }

  async function staged(set: string, snapshot: string, roots: readonly string[]): Promise<boolean> {
    const record = await records.atWork(set);
    return record?.phase === 'staged' && record.kind === 'restore' && record.wanted === wantedOf(snapshot, roots);
  }

  async function undoable(set: string): Promise<Undoable | undefined> {
    const atWork = await records.atWork(set);
    // What began to be put in place goes forward before anything is undone.
    const isForward = atWork?.phase === 'swapping' || atWork?.phase === 'resuming';
    const last = isForward ? atWork : (await records.done(set))[0];
    if (!last) return undefined;
    const { id, kind, roots, snapshot } = last;
    return { id, kind, paths: roots.map(({ path }) => path), snapshot: snapshot?.id, at: replacedAt(last) };
  }

  async function next(set: string): Promise<{ id: string; n: number }> {
    const [last] = await records.done(set);
    return { id: `${stampOf(now())}-${randomBytes(3).toString('hex')}`, n: (last?.n ?? 0) + 1 };
  }
}

/** Roots with the identity of what comes. */
async function known(roots: readonly Root[]): Promise<Root[]> {
  return await Promise.all(
    roots.map(async (root) => {
      const comes = root.staged === undefined ? undefined : await identityOf(root.staged);
      return comes === undefined ? root : { ...root, comes };
    }),
  );
}

function wantedOf(snapshot: string, roots: readonly string[]): string {
  return JSON.stringify([snapshot, ...roots]);
}

function stagedOf({ files, bytes, emergency }: RestoreRecord): Staged {
  return { files, bytes, emergency };
}

/** Whether what was staged in an earlier life is still what was compared then. */
async function isWhole({ phase, roots, digests }: RestoreRecord, signal: AbortSignal): Promise<boolean> {
  if (phase !== 'staged') return false;
  for (const [n, { staged, comes }] of roots.entries()) {
    if (staged === undefined || (await identityOf(staged)) !== comes) return false;
    if ((await hashTree(staged, signal)).digest !== digests[n]) return false;
  }
  return true;
}
