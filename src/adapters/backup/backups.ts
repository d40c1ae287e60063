import { join } from 'node:path';
import type { Chore } from '#src/operation/backupKnown.ts';
import type { Backups } from '#src/operation/backups.ts';
import { createRecords as createRestores } from '../restore/record.ts';
import { createContents } from './contents.ts';
import { createCopying } from './copying.ts';
import { createDrill } from './drill.ts';
import type { BackupDeps } from './ground.ts';
import { createPlaces } from './ground.ts';
import { createHistory } from './history.ts';
import { createKnown } from './known.ts';
import { createLooking } from './looking.ts';
import { createMarks } from './marks.ts';
import { noteRuns } from './noting.ts';
import { createQuiet } from './quiet.ts';
import { createReach } from './reach.ts';
import { createRecords } from './record.ts';
import { createRestoring } from './restoring.ts';
import { createSaver } from './saving.ts';
import { describeSet } from './sets.ts';
import { createSizes } from './sizes.ts';
import { createUpkeep } from './upkeep.ts';

/** The backups that the configuration of a node declares; without any, every name is unknown. */
export function createBackups(given: BackupDeps): Backups {
  const deps = { ...given, node: given.spec.host ?? given.node };
  const reach = createReach(deps.state, deps.now);
  const places = createPlaces(deps, reach);
  const records = createRecords(join(deps.state, 'backups'), deps.now);
  const busy = new Map<string, Chore>();
  const history = createHistory(join(deps.state, 'backups.json'));
  const quiet = createQuiet(join(deps.state, 'quiet'), deps.workloads);
  const saver = createSaver(deps, { places, history, records, quiet });
  const restores = createRestores(join(deps.state, 'restore'));
  const upkeep = createUpkeep(deps, { places, history, restores });
  const sizeOf = createSizes(history);
  const drilling = createDrill(deps, places);
  return {
    sets: () => Object.keys(deps.spec.sets).map((name) => describeSet(deps.spec, name)),
    set: (name) => describeSet(deps.spec, name),
    ...upkeep,
    ...createRestoring(deps, { places, saver, sizeOf, restores }),
    ...createContents(deps, places),
    ...createCopying(deps, { places, sizeOf }),
    ...drilling,
    ...noteRuns({ ...upkeep, ...drilling, save: saver.save }, { ...deps, records, reach, busy }),
    ...createMarks(deps, places),
    ...{ wake: quiet.wake, asleep: quiet.asleep },
    ...createKnown(deps, { records, busy }),
    ...createLooking(deps, { places, records, reach, busy }),
  };
}
