import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitUntil } from '#src/kit/waitUntil.ts';
import type { Sandbox } from '#src/sandbox/server.ts';
import { createSandbox } from '#src/sandbox/server.ts';
import { Chat } from '../flow/chat.ts';
import { NODE_IMAGE, provideBases } from './bases.ts';
import type { Place } from './composed.ts';
import { compose, openWay, writeConfigs, writeSecrets } from './composed.ts';
import { PODMAN_ENV, preparePodman, run, whyNoImages } from './podman.ts';

const WHY_NOT = whyNoImages();
const ADA = 1001;
const TOKEN = '4242424244:image-tests-of-nightguard-in-a-sandbox';
const HUB = 'localhost/nightguard-hub:latest';
const AGENT = 'localhost/nightguard-agent:latest';
const ALONE = ['run', '--rm', '--network=none', '--read-only', '--cap-drop=ALL', '--no-healthcheck'];

describe.skipIf(WHY_NOT !== undefined)(`the images${WHY_NOT ? ` (${WHY_NOT})` : ''}`, () => {
  beforeAll(async () => {
    await preparePodman();
    await provideBases();
    await run(process.execPath, ['bin/build.mjs']);
    for (const [target, image] of [
      ['hub', HUB],
      ['agent', AGENT],
    ] as const)
      await run('podman', [
        'build',
        '--quiet',
        '--network=none',
        '--pull=never',
        '--format=docker',
        `--target=${target}`,
        `--tag=${image}`,
        '.',
      ]);
  }, 240_000);

  test('run as nobody in particular, on a system of which they can change nothing', async () => {
    const script =
      'id -u; touch /app/x /etc/x 2>/dev/null || echo no; command -v npm npx yarn corepack || echo none; ls /app; ls /app/node_modules 2>/dev/null || echo none';
    const said = await run('podman', [...ALONE, '--entrypoint=/bin/sh', HUB, '-c', script]);
    expect(said.trim().split('\n')).toEqual(['10001', 'no', 'none', 'LICENSE', 'bin', 'dist', 'package.json', 'none']);
  });

  test.each([
    [HUB, 'hub'],
    [AGENT, 'agent'],
  ])('%s has its bundle compiled', async (image, command) => {
    const argv = [...ALONE, '--env=NODE_DEBUG_NATIVE=COMPILE_CACHE', '--entrypoint=/bin/sh', image];
    const said = await run('podman', [...argv, '-c', `node /app/bin/nightguard.mjs ${command} --help 2>&1`]);
    expect(said).toContain(`Usage: nightguard ${command}`);
    expect(said.match(/was accepted/g)?.length).toBeGreaterThan(10);
    expect(said).not.toMatch(/rejected|cache was missing/);
  });
});

describe.skipIf(WHY_NOT !== undefined)(`a secret of Podman${WHY_NOT ? ` (${WHY_NOT})` : ''}`, () => {
  const NAME = `nightguard-test-${process.pid}`;
  const look =
    'import("/src/src/adapters/restic/secrets.ts").then((it) => it.refuseOpenFile(process.argv[1])).then(() => console.log("taken"), (error) => console.log(error.code))';
  const taken = async (place: string) => {
    const secret = [`--secret=${NAME},type=mount,target=${place}`, '--volume=.:/src:ro', '--entrypoint=node'];
    const said = await run('podman', [
      'run',
      '--rm',
      '--network=none',
      ...secret,
      NODE_IMAGE,
      '--no-warnings',
      '-e',
      look,
      '--',
      place,
    ]);
    return said.trim();
  };

  beforeAll(async () => {
    await preparePodman();
    await provideBases();
    const folder = await mkdtemp(join(tmpdir(), 'nightguard-secret-'));
    await writeFile(join(folder, 'restic'), 'correct horse battery staple\n');
    await run('podman', ['secret', 'create', NAME, join(folder, 'restic')]);
    await rm(folder, { recursive: true });
  }, 240_000);
  afterAll(() => run('podman', ['secret', 'rm', NAME]));

  test('is taken as the password of repositories where Podman puts it, and nowhere else that all can read', async () => {
    expect(await taken('/run/secrets/restic')).toBe('taken');
    expect(await taken('/etc/restic')).toBe('secret-file');
  });
});

describe.skipIf(WHY_NOT !== undefined)(`the compose file${WHY_NOT ? ` (${WHY_NOT})` : ''}`, () => {
  let folder: string;
  let place: Place;
  let service: ChildProcess;
  let sandbox: Sandbox;
  let way: Awaited<ReturnType<typeof openWay>>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nightguard-compose-'));
    place = { etc: join(folder, 'etc'), socket: join(folder, 'podman.sock') };
    await chmod(folder, 0o755);
    await writeSecrets(place.etc, TOKEN);
    await Promise.all(['hub.yaml', 'agent.yaml'].map((name) => writeFile(join(place.etc, name), '')));
    service = spawn('podman', ['system', 'service', '--time=0', `unix://${place.socket}`], {
      stdio: 'ignore',
      env: { ...process.env, ...PODMAN_ENV },
    });
    await waitUntil(() => existsSync(place.socket) || undefined, {
      withinMs: 10_000,
      everyMs: 20,
      what: 'the socket of Podman',
    });
    // As systemd's podman.socket has it.
    await chmod(place.socket, 0o660);
    await compose(place, 'down', '--volumes');
    sandbox = await createSandbox({ port: 0, token: TOKEN, limits: false });
    const hub = await keyFrom('hub');
    const node = await keyFrom('agent');
    await writeConfigs(place.etc, { hub, node }, ADA);
    await compose(place, 'up', '-d', 'redis');
    const gateway = (
      await run('podman', [
        'network',
        'inspect',
        'nightguard-image_default',
        '--format',
        '{{(index .Subnets 0).Gateway}}',
      ])
    ).trim();
    way = await openWay(gateway, sandbox.url);
    place = { ...place, telegram: way.url };
    await compose(place, 'up', '-d');
  }, 120_000);

  afterAll(async () => {
    await compose(place, 'down', '--volumes');
    await run('podman', ['network', 'rm', 'nightguard-image_default']);
    await way?.close();
    await sandbox?.close();
    const ended = once(service, 'exit');
    service.kill();
    await ended;
    await rm(folder, { recursive: true });
  }, 60_000);

  const said = (name: string) => run('/bin/sh', ['-c', `podman logs nightguard-${name} 2>&1`]);

  // podman-compose talks on the same stream.
  async function keyFrom(name: 'hub' | 'agent'): Promise<string> {
    const flag = name === 'hub' ? '--hub' : '--node';
    return /ng1\.\S+/.exec(await compose(place, 'run', '--rm', '-T', name, 'keys', flag))?.[0] ?? '';
  }

  test('brings a hub and an agent that answer in the chat', { timeout: 60_000 }, async () => {
    const ada = new Chat(sandbox.url, ADA, ADA);
    const health = async () => ((await ada.ask('/health')).text ?? '').includes('job ') || undefined;
    await waitUntil(health, { withinMs: 40_000, everyMs: 1_000, what: 'the node to be heard of' });
    await ada.say('/status');
    const { text } = await ada.until(/^.*alpha.*workload/);
    // Through the socket of Podman, which the agent may use as an ordinary user.
    expect(text).toMatch(/redis running for .* podman/);
    expect(await said('hub')).not.toMatch(/Warning|"level":"error"/);
    expect(await said('agent')).not.toMatch(/Warning|"level":"error"/);
  });
});
