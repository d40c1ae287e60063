import type { Backups } from '#src/operation/backups.ts';
import { clockReading } from './backup/clock.ts';
import { failedReadings, unreadReading } from './backup/failed.ts';
import { overdueReading, proofReading } from './backup/overdue.ts';
import { placeReadings, roomReading } from './backup/place.ts';
import { sizeReading } from './backup/size.ts';
import type { Reading, Watch } from './watch.ts';

/** Backups that failed, are late, have an odd size or no place to go (rows B3, B4): from what the node noted of its own runs; a repository far off is asked only now and then. `awakeMs` is how long this machine has been awake. */
export function watchBackups(
  backups: Pick<Backups, 'known' | 'places'>,
  { now, awakeMs }: { now: () => number; awakeMs: () => number },
): Watch {
  return {
    name: 'backup',
    async look(signal) {
      const [sets, places] = [await backups.known(), await backups.places(signal)];
      const time = now();
      const readings: (Reading | undefined)[] = [
        ...sets.flatMap((set) => [
          ...failedReadings(set, time),
          unreadReading(set),
          overdueReading(set, time, awakeMs()),
          proofReading(set, time, awakeMs()),
          sizeReading(set),
          clockReading(set, time),
        ]),
        ...places.flatMap((place) => [...placeReadings(place, time), roomReading(place)]),
      ];
      return readings.filter((reading) => reading !== undefined);
    },
  };
}
