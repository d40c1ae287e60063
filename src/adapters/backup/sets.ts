import { nearest } from '#src/kit/nearest.ts';
import { Problem } from '#src/kit/problem.ts';
import type { BackupSet } from '#src/operation/backups.ts';
import { partNames } from '#src/operation/snapshot.ts';
import type { SetSpec } from './setSpec.ts';
import type { BackupSpec } from './spec.ts';

/** The set of a name. Throws Problem `unknown-set` with the names that may have been meant. */
export function setOf(spec: BackupSpec, name: string): SetSpec {
  const found = Object.hasOwn(spec.sets, name) ? spec.sets[name] : undefined;
  if (found) return found;
  const names = Object.keys(spec.sets);
  const near = nearest(name, names);
  const hint =
    near.length > 0
      ? `Did you mean ${near.join(' or ')}?`
      : names.length > 0
        ? `There is ${names.join(', ')}.`
        : 'None is declared on this node: add one under node.backup.sets.';
  throw new Problem('unknown-set', `There is no backup set "${name}" here. ${hint}`);
}

/** The names of the destinations of a set. */
export function destinationsOf(spec: BackupSpec, { to }: SetSpec): string[] {
  return to ?? Object.keys(spec.destinations);
}

/** The parts that a set has today. */
export function partsOf({ paths, dumps }: SetSpec): string[] {
  return partNames(paths, Object.keys(dumps));
}

/** A set as the chat tells it. */
export function describeSet(spec: BackupSpec, name: string): BackupSet {
  const set = setOf(spec, name);
  const destinations = destinationsOf(spec, set);
  return {
    name,
    paths: set.paths,
    dumps: Object.keys(set.dumps),
    pause: set.pause,
    pauseToSave: set.pauseToSave,
    destinations,
    places: destinations.flatMap((destination) => {
      const place = spec.destinations[destination];
      return place ? [{ destination, medium: place.medium ?? place.kind, offSite: place.offSite }] : [];
    }),
  };
}
