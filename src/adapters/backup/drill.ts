import { lstat, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem, sentenceOf } from '#src/kit/problem.ts';
import type { Backups, Snapshot } from '#src/operation/backups.ts';
import type { Command } from '../command.ts';
import { expectExit } from '../expectExit.ts';
import { restoredAt, restoreTo } from '../restore/stage.ts';
import { kindOf, walk } from '../tree/tree.ts';
import { filesOf, pick, placeOf } from './find.ts';
import type { BackupDeps, Places } from './ground.ts';
import { rootsIn } from './roots.ts';
import type { DrillCheckSpec } from './setSpec.ts';
import { setOf } from './sets.ts';

/** Proves that the newest backup of files can be restored. */
export function createDrill(deps: BackupDeps, places: Places): Pick<Backups, 'drill'> {
  const { spec, node, state, command, now } = deps;
  const folder = join(state, 'drill');
  return {
    async drill(set, signal) {
      const { paths, drillCheck } = setOf(spec, set);
      if (paths.length === 0)
        throw new Problem('restore-path', `The set ${set} has no files, only dumps. Nothing was drilled.`);
      const all = places.of(set);
      const snapshot = pick(await filesOf(all, node, set, signal), set, undefined);
      const { repository } = placeOf(all, snapshot);
      const began = now();
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const scratch = await mkdtemp(join(folder, `${set}-`));
      try {
        const restored = join(scratch, 'restored');
        const { roots } = rootsIn(snapshot, paths);
        const stages = roots.map((root) => ({ root, folder: restored }));
        const hashes = await restoreTo(stages, { repository, id: snapshot.id, command }, signal);
        let unchanged = 0;
        for (const stage of stages) unchanged += await sameFiles(restoredAt(stage), stage.root, signal);
        if (drillCheck) await runCheck(command, { set, restored, check: drillCheck }, signal);
        const files = hashes.reduce((sum, hash) => sum + hash.files, 0);
        const bytes = hashes.reduce((sum, hash) => sum + hash.bytes, 0);
        if (files === 0) throw emptyBackup(snapshot);
        const tookMs = now() - began;
        return { snapshot, files, bytes, tookMs, unchanged, isChecked: drillCheck !== undefined };
      } finally {
        await rm(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
      }
    },
  };
}

function emptyBackup({ id, set }: Snapshot): Problem {
  const words = `The backup ${id.slice(0, 8)} of ${set} has no file in it, so nothing was proven. Look at the paths of the set.`;
  return new Problem('drill-empty', words);
}

/** Lets the set's own program look at what was restored. Throws Problem `drill-check` unless it ends well. */
async function runCheck(
  command: Command,
  { set, restored, check }: { set: string; restored: string; check: DrillCheckSpec },
  signal: AbortSignal,
): Promise<void> {
  const [file = '', ...argv] = check.command;
  const options = { timeoutMs: check.timeout, env: { RESTORED: restored }, cwd: restored };
  const result = await command.run(file, argv, options, signal);
  signal.throwIfAborted();
  try {
    expectExit(file, result, check.timeout);
  } catch (cause) {
    const words = `The backup of ${set} is restored as it was saved, but its check says no: ${sentenceOf(cause)} Try an older one: /backups`;
    const evidence = cause instanceof Problem && cause.evidence ? { evidence: cause.evidence } : {};
    throw new Problem('drill-check', words, { cause, ...evidence });
  }
}

/** How many files of one tree are in another with the same size and time of change. */
async function sameFiles(from: string, to: string, signal: AbortSignal): Promise<number> {
  let same = 0;
  for await (const { path, stats } of walk(from, signal)) {
    if (kindOf(stats) !== 'file') continue;
    const at = path.length === 0 ? Buffer.from(to) : Buffer.concat([Buffer.from(`${to}/`), path]);
    const other = await lstat(at, { bigint: true }).catch(() => undefined);
    if (other?.size === stats.size && other.mtimeNs === stats.mtimeNs) same += 1;
  }
  return same;
}
