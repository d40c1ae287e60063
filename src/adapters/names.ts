import { Problem } from '#src/kit/problem.ts';
import type { Engine } from '#src/operation/tools.ts';
import { unknownTarget } from './unknownTarget.ts';

/** A workload by its engine and the name that it has there. */
export interface Place {
  engine: Engine;
  own: string;
}

/** The one name that a workload has on its node: its own, or `engine/name` where another engine has the same. */
export function canonicalName({ engine, own }: Place, places: readonly Place[]): string {
  return places.some((other) => other.own === own && other.engine !== engine) ? `${engine}/${own}` : own;
}

/** The Problem `unknown-target` for what is nobody's name here: which one of two, what it is called instead, or what may have been meant. */
export function notNamed(typed: string, places: readonly Place[]): Problem {
  const names = places.map((place) => canonicalName(place, places));
  const [one, ...others] = places.filter(({ own }) => own === typed).map((place) => canonicalName(place, places));
  if (one !== undefined)
    return new Problem(
      'unknown-target',
      `More than one engine has a workload "${typed}" here. Choose ${[one, ...others].join(' or ')}.`,
    );
  const plain = places.find(({ engine, own }) => `${engine}/${own}` === typed);
  if (plain) return new Problem('unknown-target', `${typed} is called ${plain.own} here. Ask again with that name.`);
  return unknownTarget(typed, names);
}
