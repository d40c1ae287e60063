import { randomBytes } from 'node:crypto';
import { lstat, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { formatBytes } from '#src/kit/bytes.ts';
import { Problem, sentenceOf } from '#src/kit/problem.ts';
import type { Backups } from '#src/operation/backups.ts';
import type { Snapshot } from '#src/operation/snapshot.ts';
import type { Command } from '../command.ts';
import { expectExit } from '../expectExit.ts';
import { restoredAt, restoreTo } from '../restore/stage.ts';
import { kindOf, walk } from '../tree/tree.ts';
import { filesOf, pick, placeOf } from './find.ts';
import type { BackupDeps, Places } from './ground.ts';
import { rootsIn } from './roots.ts';
import { emptyScratch, freeIn, openScratch, scratchOf } from './scratch.ts';
import type { DrillCheckSpec } from './setSpec.ts';
import { setOf } from './sets.ts';

/** How long a drill waits for destinations that have not answered, in ms. */
const ANSWER_MS = 30_000;
/** What has to stay free beside it, in bytes: the journal may be on the same file system. */
const SPARE = 16_000_000;

/** Proves that the newest backup of files can be restored. */
export function createDrill(deps: BackupDeps, places: Places): Pick<Backups, 'drill'> {
  const { spec, node, command, now } = deps;
  const folder = scratchOf(deps);
  const used = new Set<string>();
  return {
    async drill(set, signal, follow) {
      const { paths, drillCheck } = setOf(spec, set);
      if (paths.length === 0)
        throw new Problem('restore-path', `The set ${set} has no files, only dumps. Nothing was drilled.`);
      const all = places.of(set);
      const snapshot = pick(await filesOf(all, node, set, signal, { withinMs: ANSWER_MS }), set, undefined);
      const { repository } = placeOf(all, snapshot);
      const began = now();
      await openScratch(folder);
      await emptyScratch(folder, used);
      const { bytes: totalBytes } = await repository.size(snapshot.id, signal);
      await refuseTight(folder, set, totalBytes);
      const scratch = join(folder, `${set}-${randomBytes(3).toString('hex')}`);
      used.add(scratch);
      try {
        await mkdir(scratch, { mode: 0o700 });
        const restored = join(scratch, 'restored');
        const { roots } = rootsIn(snapshot, paths);
        const stages = roots.map((root) => ({ root, folder: restored }));
        const from = { repository, id: snapshot.id, command, totalBytes, follow };
        const hashes = await restoreTo(stages, from, signal);
        let unchanged = 0;
        for (const stage of stages) unchanged += await sameFiles(restoredAt(stage), stage.root, signal);
        if (drillCheck) follow?.({ at: 'its own check looks at it' });
        if (drillCheck) await runCheck(command, { set, restored, check: drillCheck }, signal);
        const files = hashes.reduce((sum, hash) => sum + hash.files, 0);
        const bytes = hashes.reduce((sum, hash) => sum + hash.bytes, 0);
        if (files === 0) throw emptyBackup(snapshot);
        const tookMs = now() - began;
        return { snapshot, files, bytes, tookMs, unchanged, isChecked: drillCheck !== undefined };
      } finally {
        await rm(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
        used.delete(scratch);
      }
    },
  };
}

async function refuseTight(folder: string, set: string, bytes: number): Promise<void> {
  const free = await freeIn(folder);
  if (bytes + SPARE <= free) return;
  throw new Problem(
    'no-space',
    `A drill of ${set} needs ${formatBytes(bytes + SPARE)} in ${folder}, and ${formatBytes(free)} are free. Make room, or name a larger folder as backup.scratch.`,
  );
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
