import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import inspect from '#handlers/inspect.ts';
import status from '#handlers/status.ts';
import { createCommand } from '#src/adapters/command.ts';
import { NodeConfig } from '#src/agent/config.ts';
import { createWorkloads } from '#src/agent/workloads.ts';
import { lasting, startContainers } from '../adapters/podman/made.ts';
import { IDLE, program } from '../adapters/processes.ts';
import { patience, temporaryFolder } from '../adapters/temporary.ts';
import type { Podman } from '../fixtures/podman.ts';
import { launchPodman, whyWithoutPodman } from '../fixtures/podman.ts';
import { runWith, THRESHOLDS, toolsWith } from '../handlers/tools.ts';

const WHY_NOT = whyWithoutPodman();

describe.skipIf(WHY_NOT !== undefined)(
  `a node with processes and real containers${WHY_NOT ? ` (${WHY_NOT})` : ''}`,
  () => {
    let podman: Podman;
    beforeAll(async () => {
      podman = await launchPodman();
    });
    afterAll(() => podman.stop());

    test('tells its declared ones in order, a missing one, and the found ones last, under names that say which is meant', async () => {
      const workloads = await openNode(podman);
      const { result } = await runWith(status, {}, toolsWith({ workloads }));
      expect(result).toMatchObject({
        facts: [
          { label: 'gone', value: expect.stringMatching(/^missing · podman/), tone: 'bad' },
          { label: 'process/web', value: expect.stringMatching(/^running .*· process · pid/), tone: 'ok' },
          { label: 'cache', value: expect.stringMatching(/^running .*· podman/), tone: 'ok' },
          { label: 'podman/web', value: expect.stringMatching(/^running .*· podman .*not declared/), tone: 'ok' },
        ],
        declared: 3,
        down: [{ name: 'gone', state: 'missing' }],
        wrong: '1 missing',
      });
    });

    test('stops the one that is meant and no other', async () => {
      const workloads = await openNode(podman);
      const stopped = await workloads.stop('podman/web', { force: true }, patience());
      expect(stopped).toMatchObject({ name: 'podman/web', state: 'stopped', expected: false });
      expect(await workloads.get('process/web', patience())).toMatchObject({ state: 'running', engine: 'process' });
      await expect(workloads.stop('web', { force: true }, patience())).rejects.toMatchObject({
        code: 'unknown-target',
        message: 'More than one engine has a workload "web" here. Choose process/web or podman/web.',
      });
    });

    test('is inspected within the limits of a reply', async () => {
      const tools = toolsWith({ workloads: await openNode(podman), thresholds: THRESHOLDS });
      const { result } = await runWith(inspect, { target: 'cache' }, tools);
      const told = { node: 'alpha', params: inspect.parse({ target: 'cache' }), result, tookMs: 1 };
      expect(inspect.report(told).facts).toContainEqual({ label: 'Engine', value: 'podman, declared here' });
    });
  },
);

async function openNode(podman: Podman) {
  await startContainers(podman, { 'shop-cache': lasting('true'), web: lasting('true') });
  const config = NodeConfig.parse({
    name: 'alpha',
    workloads: {
      gone: { engine: 'podman' },
      web: { command: program(IDLE) },
      cache: { engine: 'podman', container: 'shop-cache' },
    },
    podman: { socket: podman.socket, discover: true },
  });
  const log = pino({ level: 'silent' });
  const state = await temporaryFolder();
  const kept = createWorkloads({ config, state, self: [], command: createCommand(), log });
  onTestFinished(() => kept.close());
  await kept.open();
  return kept.workloads;
}
