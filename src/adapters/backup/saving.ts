import { Problem, sentenceOf } from '#src/kit/problem.ts';
import type { BackupProgress, Backups, Follow, PartSaved, SaveWish, Watch } from '#src/operation/backups.ts';
import type { Source } from '../restic/save.ts';
import { refuseLink } from '../restore/ground.ts';
import { markPattern, OWN_EXCLUDES } from '../restore/names.ts';
import { atEach } from './each.ts';
import type { Place } from './find.ts';
import type { BackupDeps, Places } from './ground.ts';
import type { History } from './history.ts';
import { saveDumps, sumUp } from './outcome.ts';
import { ownExcludes, refuseOwnInside } from './own.ts';
import type { Quiet } from './quiet.ts';
import type { Records } from './record.ts';
import { placesMade } from './record.ts';
import { scratchOf } from './scratch.ts';
import { setOf } from './sets.ts';
import { tagsOf } from './tags.ts';

/** How sets are saved. */
export interface Saver {
  save: Backups['save'];
  /** Saves some paths as they are, before they are replaced, to the first destination of their set that takes it; `first` is asked before the others. */
  emergency(
    wish: { set: string; paths: readonly string[]; first: string },
    signal: AbortSignal,
    follow?: Follow,
  ): Promise<Pick<PartSaved, 'destination' | 'snapshot' | 'unread'>>;
}

/** Saves to one destination after the other; one that fails does not keep the others from having it. */
export function createSaver(
  { spec, node, state }: BackupDeps,
  { places, history, records, quiet }: { places: Places; history: History; records: Records; quiet: Quiet },
): Saver {
  return {
    async save(wish, watch, signal) {
      const { set, to, renew = false } = wish;
      const wanted = setOf(spec, set);
      const made = renew ? new Set() : await placesMade(records, Object.keys(spec.sets));
      for (const path of wanted.paths) await refuseLink(path);
      await refuseOwnInside(wanted, { spec });
      const { dumps, files } = partsOf(set, { ...wanted, excludes: await excludesFor(wanted.paths, wanted.excludes) });
      const targets = places.of(set).filter(({ destination }) => to?.includes(destination) ?? true);
      const names = wanted.pauseToSave;
      const savePart = createPartSaver(wish, watch, targets.length * (dumps.length + files.length), signal);

      const first = await atEach(
        targets,
        async (place) => {
          if (!made.has(place.destination)) await place.repository.init(signal);
          // Nothing is stopped for a repository that cannot be used.
          if (names.length > 0) await place.repository.reach(true, signal);
          return await saveDumps((dump) => savePart(place, dump, []), dumps, signal);
        },
        signal,
      );
      const ready = targets.filter((_, n) => first[n]?.reason === undefined);
      const saveFiles = (stopped: readonly string[]) =>
        atEach(
          ready,
          async (place) => ({ saved: await Promise.all(files.map((part) => savePart(place, part, stopped))) }),
          signal,
        );
      const { value: second, woken } =
        ready.length > 0 && files.length > 0
          ? await quiet.during({ set, names }, saveFiles, signal)
          : { value: [], woken: undefined };
      return sumUp(set, targets, [...first, ...second], woken);
    },
    async emergency({ set, paths, first }, signal, follow = () => {}) {
      const own = setOf(spec, set);
      // What the set leaves out stays in what is replaced; of a path inside of it nothing is left out.
      const excludes = paths.every((path) => own.paths.includes(path)) ? own.excludes : [];
      const source: Source = { kind: 'files', paths, excludes: await excludesFor(paths, excludes) };
      const saving = { source, host: node, tags: tagsOf({ set, part: 'files', emergency: true }) };
      const isFirst = ({ destination }: Place) => Number(destination === first);
      const tell: Watch = (progress) => follow({ at: 'backing up what is there', ...progress });
      let refused: unknown;
      for (const { destination, repository } of places.of(set).toSorted((a, b) => isFirst(b) - isFirst(a)))
        try {
          const saved = { destination, part: 'files', ...(await repository.save(saving, tell, signal)) };
          await history.add([saved]);
          return saved;
        } catch (error) {
          signal.throwIfAborted();
          refused ??= error;
        }
      throw notFirst(refused);
    },
  };

  async function excludesFor(paths: readonly string[], excludes: readonly string[]): Promise<string[]> {
    const own = spec.scratch === undefined ? [state] : [state, scratchOf({ spec, node, state })];
    return [...excludes, ...OWN_EXCLUDES, ...(await ownExcludes(paths, own))];
  }

  function createPartSaver({ set, mark }: SaveWish, watch: Watch, runs: number, signal: AbortSignal) {
    let done = 0;
    return async (
      { destination, repository }: Place,
      { part, source }: Part,
      stopped: readonly string[],
    ): Promise<PartSaved> => {
      const tell = share((progress) => watch({ ...progress, stopped }), done, runs);
      if (stopped.length > 0) tell({ percent: 0, bytes: 0, totalBytes: undefined, files: 0, remainingMs: undefined });
      const saving = {
        ...{ source, host: node, tags: tagsOf({ set, part, emergency: false }) },
        // What is half read when the agent dies is not still any more.
        ...{ mark: mark === undefined ? undefined : markPattern(mark), tied: stopped.length > 0 },
      };
      const saved = { destination, part, ...(await repository.save(saving, tell, signal)) };
      await history.add([saved]);
      done += 1;
      return saved;
    };
  }
}

/** Nothing is put in place of what nobody has a backup of. */
function notFirst(cause: unknown): Problem {
  const words = `What is there could not be backed up first, so nothing was restored. ${sentenceOf(cause)} Or copy the backup beside it: /restore_copy`;
  const evidence = cause instanceof Problem && cause.evidence ? { evidence: cause.evidence } : {};
  return new Problem(cause instanceof Problem ? cause.code : 'restic', words, { cause, ...evidence });
}

interface Part {
  part: string;
  source: Source;
}

interface Parts {
  paths: readonly string[];
  excludes: readonly string[];
  dumps: Readonly<Record<string, { command: readonly string[] }>>;
}

/** What a program says of its data is newest and needs it running, so dumps come first. */
function partsOf(set: string, { paths, excludes, dumps }: Parts): { dumps: Part[]; files: Part[] } {
  const files = paths.length === 0 ? [] : [{ part: 'files', source: { kind: 'files', paths, excludes } as const }];
  const streams = Object.entries(dumps).map(([name, { command }]) => ({
    part: name,
    // restic 0.18 makes no folder above it.
    source: { kind: 'stream', name: `/${set}-${name}`, command } as const,
  }));
  return { dumps: streams, files };
}

/** Progress of one of several runs as progress of all of them. */
function share(watch: Watch, done: number, runs: number): Watch {
  return (progress: BackupProgress) => {
    const { percent } = progress;
    watch({ ...progress, percent: percent === undefined ? undefined : Math.floor((done * 100 + percent) / runs) });
  };
}
