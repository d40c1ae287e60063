import { once } from 'node:events';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createCommand } from '#src/adapters/command.ts';
import { socketOf, startCommand } from '#src/adapters/podman/socket.ts';
import { patience, temporaryFolder } from '../temporary.ts';

const linux = { command: createCommand(), platform: 'linux' as const };
const macos = { command: createCommand(), platform: 'darwin' as const };

test('the environment may name it, as Podman and Docker read it', async () => {
  const docker = { DOCKER_HOST: 'unix:///a/docker.sock' };
  expect(await socketOf(docker, linux, patience())).toBe('/a/docker.sock');
  expect(await socketOf({ ...docker, CONTAINER_HOST: 'unix:///a/podman.sock' }, linux, patience())).toBe(
    '/a/podman.sock',
  );
});

test('another machine in the environment is not this one', async () => {
  const folder = await temporaryFolder();
  await listen(join(folder, 'podman', 'podman.sock'));
  const env = {
    CONTAINER_HOST: 'ssh://core@far/run/podman/podman.sock',
    DOCKER_HOST: 'tcp://far:2375',
    XDG_RUNTIME_DIR: folder,
  };
  expect(await socketOf(env, linux, patience())).toBe(join(folder, 'podman', 'podman.sock'));
});

test('a plain file is no socket', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'podman', 'podman.sock');
  await mkdir(dirname(path));
  await writeFile(path, '');
  const found = await socketOf({ XDG_RUNTIME_DIR: folder }, linux, patience()).catch((error: unknown) => error);
  expect(found).not.toBe(path);
});

test('on macOS the machine of Podman is asked, with a short folder for its sockets', async () => {
  const folder = await temporaryFolder();
  const socket = join(folder, 'machine.sock');
  await listen(socket);
  const argv = 'machine inspect --format {{.ConnectionInfo.PodmanSocket.Path}}';
  await program(folder, `[ "$TMPDIR $*" = "/tmp ${argv}" ] && echo ${socket}`);
  expect(await socketOf({}, macos, patience())).toBe(socket);
});

test('none at all is told with what to type', async () => {
  const folder = await temporaryFolder();
  await program(folder, 'exit 125');
  const looking = socketOf({ XDG_RUNTIME_DIR: folder }, macos, patience());
  // Where this very machine has an engine, that one is found.
  const found = await looking.catch((error: unknown) => error);
  if (typeof found === 'string') expect(found).toMatch(/^\/(run|var)/);
  else
    expect(found).toMatchObject({
      code: 'engine',
      message: expect.stringMatching(/podman\.sock.*: podman machine start$/),
    });
});

test('what to type depends on the system', () => {
  expect(startCommand('darwin')).toBe('podman machine start');
  expect(startCommand('linux')).toMatch(/^systemctl (--user )?enable --now podman\.socket$/);
});

async function listen(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const server = createServer().listen(path);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
}

/** A `podman` that is first in PATH. */
async function program(folder: string, script: string): Promise<void> {
  const path = join(folder, 'bin', 'podman');
  await mkdir(dirname(path));
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  vi.stubEnv('PATH', `${dirname(path)}:${process.env['PATH']}`);
  onTestFinished(() => void vi.unstubAllEnvs());
}
