import { utc } from '#src/kit/utc.ts';
import type { SetKnown } from '#src/operation/backupKnown.ts';
import type { Reading } from '../watch.ts';
import { fact, remedy, showBackups } from './words.ts';

/** A backup of a time that is still to come: what its clock said then, or what it says now, is wrong, and nobody can tell how old it is. */
export function clockReading({ name, saved }: SetKnown, now: number): Reading {
  const ahead = saved.flatMap(({ destination, aheadAt }) => (aheadAt === undefined ? [] : { destination, aheadAt }));
  return {
    fingerprint: `backup clock ${name}`,
    well: `no backup of ${name} is of a time to come`,
    trouble:
      ahead.length === 0
        ? undefined
        : {
            tone: 'warn',
            title: `the newest backup of ${name} is dated later than now`,
            facts: [
              ...ahead.map(({ destination, aheadAt }) => fact(destination, utc(aheadAt))),
              fact('The clock says', `${utc(now)}. If that is right, it was ahead then: back up again`),
            ],
            buttons: [remedy('Back up now', 'backup', name), showBackups(name)],
          },
  };
}
