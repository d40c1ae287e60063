import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from './refusal.ts';
import type { Answered, Asked, Served } from './routes.ts';
import { answerTo } from './routes.ts';
import type { Cluster, Product } from './seal.ts';
import { createSeal, emptyCluster } from './seal.ts';
import { createSecrets } from './secrets.ts';
import { createTokens } from './tokens.ts';

const MOST_BYTES = 32 * 1024 * 1024;

/** What servers of one cluster have together: their storage. */
export interface Storage extends Pick<Served, 'tokens' | 'secrets'> {
  cluster: Cluster;
}

/** Storage on which nothing was made yet. */
export function emptyStorage(now: () => number = Date.now): Storage {
  return { cluster: emptyCluster(), tokens: createTokens(now), secrets: createSecrets(now) };
}

/** A server that behaves as Vault or OpenBao does, on a free port of loopback. */
export interface VaultDouble {
  url: string;
  /** Every request with what was sent, in order. */
  requests: Pick<Asked, 'method' | 'path' | 'body'>[];
  /** As if its process had died and come back: sealed, progress gone. */
  restart(): void;
  /** Answers come so many ms late. */
  slow(ms: number): void;
  /** Whether it leads, or is a standby, from now on. */
  lead(leads: boolean): void;
  /** Closes each connection without an answer while it is off. */
  off(isOff: boolean): void;
  close(): Promise<void>;
}

/** Starts one server; with `storage` of another one they are a cluster, and who is a standby is said here. */
export async function startVault(
  options: {
    product?: Product;
    storage?: Storage;
    isStandby?: () => boolean;
    tls?: { cert: string; key: string };
    now?: () => number;
  } = {},
): Promise<VaultDouble> {
  const { product = 'vault', tls, now = Date.now, isStandby = () => false } = options;
  const { cluster, tokens, secrets } = options.storage ?? emptyStorage(now);
  const served = { product, tokens, secrets, isStandby, now, seal: createSeal(cluster, product) };
  const requests: VaultDouble['requests'] = [];
  let delayMs = 0;
  let isOff = false;

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const asked = await read(request);
    requests.push({ method: asked.method, path: asked.path, body: asked.body });
    if (delayMs > 0) await sleep(delayMs);
    if (isOff) return void request.socket.destroy();
    const { status, body } = answered(served, asked);
    const withBody = body !== undefined && asked.method !== 'HEAD';
    response.writeHead(status, withBody ? { 'content-type': 'application/json' } : {});
    response.end(withBody ? `${JSON.stringify(body)}\n` : undefined);
  };
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    serve(request, response).catch(() => request.socket.destroy());
  };
  const server = (tls ? createHttps(tls, listener) : createHttp(listener)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? 'https://localhost' : 'http://127.0.0.1'}:${port}`,
    requests,
    restart: () => served.seal.seal(),
    lead: (leads) => {
      served.isStandby = () => !leads;
    },
    slow: (ms) => {
      delayMs = ms;
    },
    off: (off) => {
      isOff = off;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function answered(served: Served, asked: Asked): Answered {
  try {
    return answerTo(served, asked);
  } catch (error) {
    if (error instanceof Refusal) return { status: error.status, body: { errors: error.texts } };
    throw error;
  }
}

async function read(request: IncomingMessage): Promise<Asked> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  if (Number(request.headers['content-length'] ?? 0) > MOST_BYTES) throw new Error('too large');
  const sent = await text(request);
  const token = request.headers['x-vault-token'];
  return {
    method: request.method ?? 'GET',
    path: pathname.replace(/^\/v1\//, ''),
    query: searchParams,
    body: sent === '' ? undefined : parsed(sent),
    token: typeof token === 'string' ? token : undefined,
  };
}

function parsed(sent: string): unknown {
  try {
    return JSON.parse(sent);
  } catch {
    return undefined;
  }
}
