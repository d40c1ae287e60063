import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Podman } from '../../fixtures/podman.ts';
import { launchPodman, whyWithoutPodman } from '../../fixtures/podman.ts';
import { patience, temporaryFolder } from '../temporary.ts';
import { lasting, openWorkloads, startContainers } from './made.ts';

const WHY_NOT = whyWithoutPodman();

describe.skipIf(WHY_NOT !== undefined)(`a real Podman${WHY_NOT ? ` (${WHY_NOT})` : ''}`, () => {
  let podman: Podman;
  beforeAll(async () => {
    podman = await launchPodman();
  });
  afterAll(() => podman.stop());

  test('that is gone leaves what is declared unknown, and is found again when it is back', async () => {
    await startContainers(podman, { web: lasting('true') });
    const { workloads } = openWorkloads(podman.socket, { web: {}, gone: {} });
    const { instance } = await workloads.get('web', patience());
    await podman.kill();
    const said = /^The container engine at \S+ does not answer: nothing listens there\. Start it with: \S+/;
    const unknown = { state: 'unknown', expected: true, engine: 'podman', detail: expect.stringMatching(said) };
    expect(await workloads.list(patience())).toMatchObject([
      { name: 'web', ...unknown },
      { name: 'gone', ...unknown },
    ]);
    for (const ask of [workloads.get, workloads.inspect, workloads.start, workloads.settled])
      await expect(ask('web', patience())).rejects.toMatchObject({
        code: 'engine',
        message: expect.stringMatching(said),
      });
    await expect(workloads.restart('web', { force: true }, patience())).rejects.toMatchObject({ code: 'engine' });
    await podman.serve();
    expect(await workloads.list(patience())).toMatchObject([{ state: 'running', instance }, { state: 'missing' }]);
  });

  test('that says nothing is waited for no longer than a call may take', async () => {
    const { workloads } = openWorkloads(podman.socket, { web: {} });
    await workloads.list(patience());
    await podman.freeze();
    onTestFinished(() => podman.thaw());
    const began = performance.now();
    expect(await workloads.list(patience())).toMatchObject([
      { state: 'unknown', detail: expect.stringContaining('did not answer within 5.0 s') },
    ]);
    expect(performance.now() - began).toBeLessThan(8000);
    const cancel = new AbortController();
    const asking = workloads.get('web', cancel.signal);
    cancel.abort();
    await expect(asking).rejects.toThrow('aborted');
  });

  test('is addressed by ids alone, whatever somebody asks for', async () => {
    await startContainers(podman, { web: lasting('true') });
    const { socket, paths } = await proxy(podman.socket);
    const { workloads } = openWorkloads(socket, { web: {} }, { discover: true });
    for (const name of ['../secrets', 'a/b', '--privileged', 'web?all=true', 'web%2f..', '', '.', 'WEB', '__proto__'])
      for (const ask of [workloads.get, workloads.inspect, workloads.start, workloads.settled])
        await expect(ask(name, patience())).rejects.toMatchObject({ code: 'unknown-target' });
    expect(paths).toEqual([]);
    await workloads.get('web', patience());
    await expect(workloads.get('wbe', patience())).rejects.toMatchObject({ code: 'unknown-target' });
    await workloads.restart('web', { force: true }, patience());
    await workloads.logs('web', { lines: 1 }, patience());
    expect(paths.length).toBeGreaterThan(5);
    for (const path of paths) expect(path).toMatch(/^\/containers\/(json\?all=true$|[0-9a-f]{64}\/)/);
  });
});

/** A socket before the engine's, and the paths that were asked for through it. */
async function proxy(target: string): Promise<{ socket: string; paths: string[] }> {
  const socket = join(await temporaryFolder(), 'proxy.sock');
  const paths: string[] = [];
  const server = createServer((client) => {
    const engine = connect(target);
    client.on('data', (bytes) => paths.push(...(/^[A-Z]+ (\S+) HTTP/.exec(bytes.toString('latin1'))?.slice(1) ?? [])));
    client.pipe(engine).pipe(client);
    for (const end of [client, engine]) end.on('error', () => {});
  });
  server.listen(socket);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { socket, paths };
}
