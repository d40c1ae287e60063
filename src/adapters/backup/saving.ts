import type { BackupProgress, Backups, PartSaved, Watch } from '#src/operation/backups.ts';
import type { Source } from '../restic/save.ts';
import { markPattern, OWN_EXCLUDES } from '../restore/names.ts';
import type { Place } from './find.ts';
import { atEach } from './find.ts';
import type { BackupDeps, Places } from './ground.ts';
import type { History } from './history.ts';
import type { Records } from './record.ts';
import { placesMade } from './record.ts';
import { setOf } from './sets.ts';
import { tagsOf } from './tags.ts';

/** How sets are saved. */
export interface Saver {
  save: Backups['save'];
  /** Saves some paths as they are, before they are replaced; answers with the short id. */
  emergency(place: Place, set: string, paths: readonly string[], signal: AbortSignal): Promise<string>;
}

/** Saves to one destination after the other; one that fails does not keep the others from having it. */
export function createSaver(
  { spec, node, state }: BackupDeps,
  { places, history, records }: { places: Places; history: History; records: Records },
): Saver {
  const excludes = [...OWN_EXCLUDES, state];
  return {
    async save({ set, to, renew = false, mark }, watch, signal) {
      const wanted = setOf(spec, set);
      const made = renew ? new Set() : await placesMade(records, Object.keys(spec.sets));
      const sources = partsOf(set, { ...wanted, excludes: [...wanted.excludes, ...excludes] });
      const targets = places.of(set).filter(({ destination }) => to?.includes(destination) ?? true);
      const runs = targets.length * sources.length;
      let done = 0;
      const saveTo = async ({ destination, repository }: Place): Promise<PartSaved[]> => {
        if (!made.has(destination)) await repository.init(signal);
        const parts: PartSaved[] = [];
        for (const { part, source } of sources) {
          const tags = tagsOf({ set, part, emergency: false });
          const saving = { source, host: node, tags, mark: mark === undefined ? undefined : markPattern(mark) };
          const saved = await repository.save(saving, share(watch, done, runs), signal);
          parts.push({ destination, part, ...saved });
          await history.add(parts.slice(-1));
          done += 1;
        }
        return parts;
      };
      const outcomes = await atEach(targets, saveTo, signal);
      const parts = outcomes.flatMap(({ value }) => value ?? []);
      const failed = outcomes.flatMap(({ destination, reason, code }) =>
        reason === undefined ? [] : { destination, reason, code },
      );
      if (failed.length === outcomes.length) throw outcomes[0]?.error;
      return { parts, failed };
    },
    async emergency({ destination, repository }, set, paths, signal) {
      const source: Source = { kind: 'files', paths, excludes };
      const tags = tagsOf({ set, part: 'files', emergency: true });
      const saved = await repository.save({ source, host: node, tags }, () => {}, signal);
      await history.add([{ destination, part: 'files', ...saved }]);
      return saved.snapshot;
    },
  };
}

interface Parts {
  paths: readonly string[];
  excludes: readonly string[];
  dumps: Readonly<Record<string, { command: readonly string[] }>>;
}

function partsOf(set: string, { paths, excludes, dumps }: Parts): { part: string; source: Source }[] {
  const files = paths.length === 0 ? [] : [{ part: 'files', source: { kind: 'files', paths, excludes } as const }];
  const streams = Object.entries(dumps).map(([name, { command }]) => ({
    part: name,
    source: { kind: 'stream', name: `/${set}/${name}`, command } as const,
  }));
  // What a program says of its data is newest, so it comes first.
  return [...streams, ...files];
}

/** Progress of one of several runs as progress of all of them. */
function share(watch: Watch, done: number, runs: number): Watch {
  return (progress: BackupProgress) => {
    const { percent } = progress;
    watch({ ...progress, percent: percent === undefined ? undefined : Math.floor((done * 100 + percent) / runs) });
  };
}
