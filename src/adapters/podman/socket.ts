import { stat } from 'node:fs/promises';
import { Problem } from '#src/kit/problem.ts';
import type { Command } from '../command.ts';

const MACHINE = ['machine', 'inspect', '--format', '{{.ConnectionInfo.PodmanSocket.Path}}'];
const MACHINE_MS = 10_000;

/** What finding the socket depends on, beside the environment. */
export interface SocketDeps {
  command: Command;
  platform: NodeJS.Platform;
}

/** The unix socket of this machine's container engine: the one that the environment names, or else the usual ones. Throws Problem `engine` when there is none. */
export async function socketOf(
  env: Readonly<Record<string, string | undefined>>,
  { command, platform }: SocketDeps,
  signal: AbortSignal,
): Promise<string> {
  const named = unixPath(env['CONTAINER_HOST']) ?? unixPath(env['DOCKER_HOST']);
  if (named !== undefined) return named;
  const machine = platform === 'darwin' ? await machineSocket(command, signal) : undefined;
  const runtime = env['XDG_RUNTIME_DIR'];
  const usual = [
    ...(machine ? [machine] : []),
    ...(runtime ? [`${runtime}/podman/podman.sock`] : []),
    '/run/podman/podman.sock',
    '/var/run/docker.sock',
  ];
  for (const path of usual) if (await isSocket(path)) return path;
  throw new Problem(
    'engine',
    `No container engine was found: there is no socket at ${usual.join(', ')}. Start Podman's with: ${startCommand(platform)}`,
  );
}

/** What to type to start the engine on this machine. */
export function startCommand(platform: NodeJS.Platform): string {
  if (platform === 'darwin') return 'podman machine start';
  return `systemctl ${process.getuid?.() === 0 ? '' : '--user '}enable --now podman.socket`;
}

function unixPath(address: string | undefined): string | undefined {
  return address?.startsWith('unix:///') ? address.slice('unix://'.length) : undefined;
}

// TMPDIR: with the deep folder that macOS gives to each session, the paths of Podman's own sockets get too long (row C1).
async function machineSocket(command: Command, signal: AbortSignal): Promise<string | undefined> {
  const options = { timeoutMs: MACHINE_MS, env: { TMPDIR: '/tmp' } };
  const { ended, exitCode, stdout } = await command.run('podman', MACHINE, options, signal);
  signal.throwIfAborted();
  const path = stdout.trim().split('\n')[0] ?? '';
  return ended === 'exit' && exitCode === 0 && path.startsWith('/') ? path : undefined;
}

async function isSocket(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isSocket() ?? false;
}
