import type { Backups } from '#src/operation/backups.ts';
import { markPattern, newMark } from '../restore/names.ts';
import { atEach } from './each.ts';
import type { BackupDeps, Places } from './ground.ts';
import { tagOfSet } from './tags.ts';

/** Marks what a save makes, so that nobody has to look what was there before it. */
export function createMarks(
  { node, now }: Pick<BackupDeps, 'node' | 'now'>,
  places: Places,
): Pick<Backups, 'mark' | 'marked'> {
  return {
    mark: () => newMark(now()),
    async marked(set, mark, signal) {
      const pattern = markPattern(mark);
      const of = { host: node, tag: tagOfSet(set) };
      const outcomes = await atEach(
        places.of(set),
        async ({ repository }) => {
          const lines = await repository.snapshots(of, signal);
          return lines.filter(({ excludes }) => excludes?.includes(pattern)).length;
        },
        signal,
      );
      return {
        found: outcomes.reduce((sum, { value }) => sum + (value ?? 0), 0),
        silent: outcomes.flatMap(({ destination, reason, code }) =>
          reason === undefined ? [] : { destination, reason, code },
        ),
      };
    },
  };
}
