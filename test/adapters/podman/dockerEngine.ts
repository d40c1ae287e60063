import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from '../temporary.ts';

/** The id of the one container. */
export const ID = '4fa6e0f0c6786287e131c3852c58a2e01cc697a68231826813597e4994f1d6e2';

/** What a container looks like at Docker (API 1.43), where it differs from Podman; `change` replaces parts of it. */
export function dockerContainer(change: { State?: object; Config?: object; HostConfig?: object } = {}): object {
  return {
    Id: ID,
    Created: '2026-11-21T06:00:00.123456789Z',
    Path: 'docker-entrypoint.sh',
    Args: ['nginx', '-g', 'daemon off;'],
    Image: 'sha256:ec3f02421ae0d8a4d1b5d7d8d1f8b6a7e6f1b0a9c8d7e6f5a4b3c2d1e0f9a8b7',
    Name: '/web',
    RestartCount: 0,
    State: {
      Status: 'running',
      ...{ Running: true, Paused: false, Restarting: false, OOMKilled: false, Dead: false },
      ...{ Pid: 4711, ExitCode: 0, Error: '' },
      StartedAt: '2026-11-21T06:00:01.5Z',
      FinishedAt: '0001-01-01T00:00:00Z',
      ...change.State,
    },
    Config: {
      Image: 'nginx:1.27',
      Tty: false,
      Env: ['POSTGRES_PASSWORD=hunter2'],
      Cmd: ['nginx', '-g', 'daemon off;'],
      Entrypoint: ['/docker-entrypoint.sh'],
      ...change.Config,
    },
    HostConfig: {
      ...{ Memory: 0, MemoryReservation: 0, MemorySwap: 0, NanoCpus: 0, CpuQuota: 0, CpuPeriod: 0, PidsLimit: null },
      RestartPolicy: { Name: 'unless-stopped', MaximumRetryCount: 0 },
      PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '8080' }] },
      ...change.HostConfig,
    },
    Mounts: [
      {
        Type: 'volume',
        Name: 'site',
        Source: '/var/lib/docker/volumes/site/_data',
        Destination: '/srv',
        Mode: 'z',
        RW: true,
      },
      { Type: 'tmpfs', Source: '', Destination: '/run', Mode: '', RW: true },
    ],
    NetworkSettings: {
      Ports: {
        '443/tcp': null,
        '80/tcp': [
          { HostIp: '0.0.0.0', HostPort: '8080' },
          { HostIp: '::', HostPort: '8080' },
        ],
      },
    },
  };
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** An engine that answers as Docker does: the one container, and what `answers` says of other paths below it, `POST /stop`. */
export async function dockerEngine(container: () => object, answers: Record<string, Answer> = {}): Promise<string> {
  const socket = join(await temporaryFolder(), 'docker.sock');
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0] ?? '';
    const answer = answers[`${request.method} ${path.replace(`/containers/${ID}`, '')}`];
    if (answer) return answer(request, response);
    if (path === '/containers/json')
      return json(response, 200, [{ Id: ID, Names: ['/proxy/backend', '/web'], State: 'running' }]);
    if (path === `/containers/${ID}/json`) return json(response, 200, container());
    return json(response, 404, { message: 'page not found' });
  });
  server.listen(socket);
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return socket;
}

/** An answer of the engine. */
export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
