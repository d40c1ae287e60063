import { afterAll, beforeAll, describe } from 'vitest';
import type { Podman } from '../../fixtures/podman.ts';
import { launchPodman, whyWithoutPodman } from '../../fixtures/podman.ts';
import { HIDDEN, testWorkloads } from '../workloads.contract.ts';
import { lasting, openWorkloads, startContainers, WEB } from './made.ts';

const WHY_NOT = whyWithoutPodman();

describe.skipIf(WHY_NOT !== undefined)(`containers of a real Podman${WHY_NOT ? ` (${WHY_NOT})` : ''}`, () => {
  let podman: Podman;
  beforeAll(async () => {
    podman = await launchPodman();
  });
  afterAll(() => podman.stop());

  testWorkloads('containers', async () => {
    await startContainers(podman, {
      web: { ...WEB, env: [`SECRET=${HIDDEN}`] },
      plain: lasting('for i in $(seq 1 50); do echo line $i; done'),
      sick: { ...lasting('echo no database'), health: { script: 'echo no connection; false', intervalMs: 500 } },
      broken: { script: 'echo no licence; exit 3' },
    });
    const specs = { web: {}, plain: {}, sick: { startTimeout: '1500ms' }, broken: {} };
    const { workloads } = openWorkloads(podman.socket, specs);
    return { workloads, dispose: () => workloads.close() };
  });
});
