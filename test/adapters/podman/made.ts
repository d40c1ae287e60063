import { onTestFinished } from 'vitest';
import type { z } from 'zod';
import { PodmanSpec } from '#src/adapters/podman/spec.ts';
import type { PodmanWorkloads, PodmanWorkloadsDeps } from '#src/adapters/podman/workloads.ts';
import { createPodmanWorkloads } from '#src/adapters/podman/workloads.ts';
import type { ContainerPlan, Podman } from '../../fixtures/podman.ts';

/** Workloads as a configuration file declares them, without the engine. */
export type Specs = Record<string, Omit<z.input<typeof PodmanSpec>, 'engine'>>;

/** A program that runs until it is asked to end, after it did something. */
export function lasting(before: string): ContainerPlan {
  return { script: `trap 'exit 0' TERM; ${before}; while :; do sleep 1000 & wait $!; done` };
}

/** A web server with a health check. */
export const WEB: ContainerPlan = {
  ...lasting('httpd -p 8080 -h /www'),
  health: { script: 'wget -q -O /dev/null http://127.0.0.1:8080/ || exit 1', intervalMs: 1000 },
};

/** The adapter at a socket, with what it logged. */
export function openWorkloads(
  socket: string,
  specs: Specs,
  options: Partial<PodmanWorkloadsDeps> = {},
): { workloads: PodmanWorkloads; logged: string[] } {
  const logged: string[] = [];
  const note = (fields: object, message: string) => void logged.push(`${message} ${JSON.stringify(fields)}`);
  const parsed = Object.entries(specs).map(([name, spec]) => [name, PodmanSpec.parse({ engine: 'podman', ...spec })]);
  const log = { info: note, warn: note, error: note };
  const workloads = createPodmanWorkloads({
    specs: Object.fromEntries(parsed),
    socket,
    discover: false,
    log,
    ...options,
  });
  onTestFinished(() => workloads.close());
  return { workloads, logged };
}

/** Containers that are started, side by side, and gone when the test is over. */
export async function startContainers(podman: Podman, plans: Record<string, ContainerPlan>): Promise<void> {
  onTestFinished(() => removeContainers(podman, Object.keys(plans)));
  await Promise.all(
    Object.entries(plans).map(async ([name, plan]) => {
      await podman.create(name, plan);
      await podman.start(name);
    }),
  );
}

async function removeContainers(podman: Podman, names: readonly string[]): Promise<void> {
  await Promise.all(names.map((name) => podman.remove(name)));
}
