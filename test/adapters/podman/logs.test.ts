import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ContainerPlan, Podman } from '../../fixtures/podman.ts';
import { launchPodman, whyWithoutPodman } from '../../fixtures/podman.ts';
import { patience, until } from '../temporary.ts';
import { lasting, openWorkloads, startContainers } from './made.ts';

const WHY_NOT = whyWithoutPodman();

describe.skipIf(WHY_NOT !== undefined)(`logs of a real Podman${WHY_NOT ? ` (${WHY_NOT})` : ''}`, () => {
  let podman: Podman;
  beforeAll(async () => {
    podman = await launchPodman();
  });
  afterAll(() => podman.stop());

  test('stdout and stderr come in the order they were written', async () => {
    const { logs } = await written('echo one; sleep 0.2; echo two >&2; sleep 0.2; echo three');
    await until(async () => (await logs({ lines: 1 })) === 'three', 'all to be written');
    expect(await logs({ lines: 9 })).toBe('one\ntwo\nthree');
  });

  test('of a container with a terminal are the same', async () => {
    const { logs } = await written('echo one; echo two >&2; echo three', { tty: true });
    expect(await logs({ lines: 2 })).toBe('two\nthree');
    expect(await logs({ lines: 9, grep: 'o' })).toBe('one\ntwo');
  });

  test('that happen to be JSON stay text', async () => {
    const { logs } = await written(`echo '{"level":"info"}'`, { tty: true });
    expect(await logs({ lines: 9 })).toBe('{"level":"info"}');
  });

  test('shorten a line that nobody could read', async () => {
    const { logs } = await written('seq -s x 1 1030 > /tmp/line; dd if=/tmp/line bs=4096 2> /dev/null; echo after');
    await until(async () => (await logs({ lines: 1 })) === 'after', 'all to be written');
    const [line, after] = (await logs({ lines: 9 })).split('\n').slice(-2);
    expect(line).toHaveLength(4000);
    expect(line?.endsWith('…')).toBe(true);
    expect(after).toBe('after');
  });

  test('since a moment leave out what was before', async () => {
    const { logs, workloads } = await written('echo early; sleep 2; echo late');
    await until(async () => (await logs({ lines: 1 })) === 'late', 'the second line');
    const { forMs = 0 } = await workloads.get('writer', patience());
    expect(await logs({ lines: 9, sinceMs: forMs - 1000 })).toBe('late');
    expect(await logs({ lines: 9, sinceMs: 3_600_000 })).toBe('early\nlate');
  });

  test('of 10 MB are read from their end, and searched from further back', async () => {
    const { logs } = await written('echo needle; yes "$(seq -s , 1 40)" | head -n 90000; echo the end');
    await until(async () => (await logs({ lines: 1 })) === 'the end', 'all to be written');
    expect((await logs({ lines: 500 })).split('\n')).toHaveLength(500);
    expect(await logs({ lines: 9, grep: 'needle' })).toBe('needle');
    expect((await logs({ lines: 3, grep: '39,40' })).split('\n')).toHaveLength(3);
  });

  async function written(script: string, plan: Partial<ContainerPlan> = {}) {
    await startContainers(podman, { writer: { ...lasting(script), ...plan } });
    const { workloads } = openWorkloads(podman.socket, { writer: {} });
    const logs = (query: { lines: number; sinceMs?: number; grep?: string }) =>
      workloads.logs('writer', query, patience());
    await until(async () => (await logs({ lines: 1 })) !== '', 'something to be written');
    return { workloads, logs };
  }
});
