import type { Workloads } from '#src/operation/tools.ts';
import type { Command } from '../command.ts';
import { createRepository } from '../restic/repository.ts';
import { createRunner } from '../restic/runner.ts';
import type { Place } from './find.ts';
import type { Reach } from './reach.ts';
import { noteReach } from './reach.ts';
import { destinationsOf, setOf } from './sets.ts';
import type { BackupSpec } from './spec.ts';

/** What the backups of a node are made with. */
export interface BackupDeps {
  spec: BackupSpec;
  /** The name under which its backups are kept, the node's own unless `spec.host` says another: several nodes may share a repository. */
  node: string;
  /** The state folder. It is never backed up and never replaced: an old journal would run orders twice. */
  state: string;
  command: Command;
  workloads: Workloads;
  /** ms since 1970. */
  now: () => number;
}

/** The repositories of each destination. */
export interface Places {
  /** Those of a set; throws Problem `unknown-set`. */
  of(set: string): Place[];
  all(): Place[];
}

/** Makes the repositories of all destinations; nothing is opened yet. */
export function createPlaces({ spec, state, command, now }: BackupDeps, reach: Reach): Places {
  const { program, passwordFile = '', destinations } = spec;
  const deps = { command, program, passwordFile, cacheDir: `${state}/restic` };
  const places = Object.entries(destinations).map(
    ([destination, each]): Place => ({
      destination,
      path: each.kind === 'path' ? each.path : undefined,
      leastPercent: each.kind === 'path' ? each.minFreePercent : 0,
      repository: createRepository(noteReach(createRunner(deps, destination, each), reach)),
      now,
    }),
  );
  return {
    of: (set) => {
      const wanted = destinationsOf(spec, setOf(spec, set));
      return places.filter(({ destination }) => wanted.includes(destination));
    },
    all: () => places,
  };
}
