import { unknownTarget } from '../unknownTarget.ts';
import type { Engine, Listed } from './engine.ts';
import { PodmanSpec } from './spec.ts';

const NAME = /^[a-z0-9][a-z0-9_.-]{0,62}$/;
// A pod's own container, which only holds its namespaces.
const INFRA = /^[0-9a-f]{12}-infra$/;
const FOUND = PodmanSpec.parse({ engine: 'podman' });

/** A workload by name, and its container if there is one. */
export interface Target {
  name: string;
  /** It is declared. */
  expected: boolean;
  spec: PodmanSpec;
  container: Listed | undefined;
}

/** Which container a name means now. */
export interface Targets {
  /** The declared ones in their order, then those that were found. */
  all(signal: AbortSignal): Promise<Target[]>;
  /** Throws Problem `unknown-target`; a name that cannot be one is refused before the engine is asked. */
  find(name: string, signal: AbortSignal): Promise<Target>;
}

/** Makes the lookup: names are compared with the engine's list, and never sent to it. */
export function createTargets(engine: Engine, declared: ReadonlyMap<string, PodmanSpec>, discover: boolean): Targets {
  return {
    all: async (signal) => match(await engine.list(signal)),
    async find(name, signal) {
      if (!declared.has(name) && !(discover && NAME.test(name))) throw unknownTarget(name, [...declared.keys()]);
      const targets = match(await engine.list(signal));
      const target = targets.find((one) => one.name === name);
      if (target) return target;
      throw unknownTarget(
        name,
        targets.map((one) => one.name),
      );
    },
  };

  function match(listed: readonly Listed[]): Target[] {
    const expected = [...declared].map(([name, spec]) => {
      const container = listed.find((one) => one.name === (spec.container ?? name));
      return { name, expected: true, spec, container };
    });
    if (!discover) return expected;
    const taken = new Set([...declared].flatMap(([name, { container }]) => [name, container ?? name]));
    const found = listed.filter(({ name }) => NAME.test(name) && !INFRA.test(name) && !taken.has(name));
    return [
      ...expected,
      ...found.map((container) => ({ name: container.name, expected: false, spec: FOUND, container })),
    ];
  }
}
