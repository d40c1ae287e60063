import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { createCommand } from '#src/adapters/command.ts';
import { NodeConfig } from '#src/agent/config.ts';
import { createWorkloads } from '#src/agent/workloads.ts';
import { IDLE, program } from '../adapters/processes.ts';
import { patience, temporaryFolder } from '../adapters/temporary.ts';

test('a node whose Podman is away still has all its other workloads, in the order of the configuration', async () => {
  const folder = await temporaryFolder();
  const { workloads } = await open(folder, {
    web: { engine: 'podman' },
    worker: { command: program(IDLE) },
    shop: { engine: 'podman', container: 'shop-1' },
    idle: { engine: 'process', command: program(IDLE) },
    unit: { engine: 'systemd', unit: 'nightguard-nobody.service' },
  });
  expect(await workloads.list(patience())).toMatchObject([
    { name: 'web', engine: 'podman', state: 'unknown', expected: true, detail: expect.any(String) },
    { name: 'worker', engine: 'process', state: 'running' },
    { name: 'shop', engine: 'podman', state: 'unknown' },
    { name: 'idle', engine: 'process', state: 'running' },
    // Where systemd runs it has no such unit; elsewhere it does not answer.
    { name: 'unit', engine: 'systemd', state: expect.stringMatching(/^(missing|unknown)$/) },
  ]);
  expect(await workloads.stop('worker', { force: true }, patience())).toMatchObject({
    name: 'worker',
    state: 'stopped',
  });
  await expect(workloads.get('wbe', patience())).rejects.toMatchObject({ code: 'unknown-target' });
  await expect(workloads.get('web', patience())).rejects.toMatchObject({ code: 'engine' });
});

test('a node may have no workloads at all', async () => {
  const { workloads } = await open(await temporaryFolder(), {});
  expect(await workloads.list(patience())).toEqual([]);
});

test('the engine of containers is loaded by those only who have some', async () => {
  expect(await loadedWith({ worker: { command: ['true'] } })).not.toContain('dockerode');
  expect(await loadedWith({ web: { engine: 'podman' } })).toContain('dockerode');
});

async function open(folder: string, workloads: object) {
  const config = NodeConfig.parse({ name: 'alpha', workloads, podman: { socket: join(folder, 'nobody.sock') } });
  const kept = createWorkloads({
    ...{ config, state: folder, self: [], command: createCommand(), log: pino({ level: 'silent' }) },
  });
  onTestFinished(() => kept.close());
  await kept.open();
  return kept;
}

/** Starts Node, lists the workloads of such a node, and answers with the packages that were loaded on the way. */
async function loadedWith(workloads: object): Promise<string[]> {
  const folder = await temporaryFolder();
  const script = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
    const { NodeConfig } = await import('#src/agent/config.ts');
    const { createWorkloads } = await import('#src/agent/workloads.ts');
    const { createCommand } = await import('#src/adapters/command.ts');
    const log = { info() {}, warn() {}, error() {} };
    const config = NodeConfig.parse(${JSON.stringify({ name: 'alpha', workloads, podman: { socket: `${folder}/no` } })});
    const kept = createWorkloads({ config, state: ${JSON.stringify(folder)}, self: [], command: createCommand(), log });
    await kept.workloads.list(AbortSignal.timeout(5000));
    await kept.close();
    process.stdout.write(JSON.stringify(loaded));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
    maxBuffer: 10_000_000,
  });
  const urls: string[] = JSON.parse(stdout);
  return urls.flatMap((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1] ?? []);
}
