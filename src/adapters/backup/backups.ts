import { join } from 'node:path';
import type { Backups } from '#src/operation/backups.ts';
import { createDrill } from './drill.ts';
import type { BackupDeps } from './ground.ts';
import { createPlaces } from './ground.ts';
import { createHistory } from './history.ts';
import { createRestoring } from './restoring.ts';
import { createSaver } from './saving.ts';
import { describeSet } from './sets.ts';
import { createUpkeep } from './upkeep.ts';

/** The backups that the configuration of a node declares; without any, every name is unknown. */
export function createBackups(deps: BackupDeps): Backups {
  const places = createPlaces(deps);
  const history = createHistory(join(deps.state, 'backups.json'));
  const saver = createSaver(deps, places, history);
  return {
    sets: () => Object.keys(deps.spec.sets).map((name) => describeSet(deps.spec, name)),
    save: saver.save,
    ...createUpkeep(deps, places, history),
    ...createRestoring(deps, places, saver),
    ...createDrill(deps, places),
  };
}
