import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Secret } from '#src/kit/secret.ts';

/** Largest body that is read, in bytes: Telegram's updates are far smaller. */
export const MAX_BODY = 1024 * 1024;

/** An answer to one request; a body is sent as JSON. */
export interface Reply {
  status: number;
  body?: object;
  headers?: Record<string, string>;
}

/** What a door gets of a request. Its body is read only when it asks. */
export interface Knock {
  method: string;
  header(name: string): string | undefined;
  /** The whole body, or the reply for one that is too long (`max` bytes) or comes too slowly. */
  body(max?: number): Promise<{ text: string } | { refused: Reply }>;
  /** Aborted when the server is being stopped. */
  signal: AbortSignal;
}

/** One address of the server: the one method it takes, and what it does. */
export interface Door {
  method: 'GET' | 'POST';
  open: (knock: Knock) => Promise<Reply>;
}

/** Wraps a request of node:http; `bodyMs` is how long its body may take. */
export function knockOf(request: IncomingMessage, bodyMs: number, signal: AbortSignal): Knock {
  return {
    method: request.method ?? '',
    header: (name) => {
      const value = request.headers[name];
      return typeof value === 'string' ? value : undefined;
    },
    body: (max) => readBody(request, bodyMs, max),
    signal,
  };
}

/** Sends a reply. A connection whose request was not read to its end, or whose server stops, is not used again. */
export function send(response: ServerResponse, { status, body, headers = {} }: Reply, isLast: boolean): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, {
    ...(text === '' ? {} : { 'content-type': 'application/json' }),
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    ...(isLast || !response.req.complete ? { connection: 'close' } : {}),
    ...headers,
  });
  response.end(text);
}

/** Whether two secrets are the same, in a time that does not tell where they differ. */
export function isSecret(given: string | undefined, secret: Secret): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given ?? ''), digest(secret.reveal())) && given !== undefined;
}

/** The answer to what may be tried again. */
export function retry(afterMs: number): Reply {
  return { status: 503, headers: { 'retry-after': String(Math.ceil(afterMs / 1000)) } };
}

/** A body as JSON; undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function readBody(
  request: IncomingMessage,
  withinMs: number,
  max = MAX_BODY,
): Promise<{ text: string } | { refused: Reply }> {
  if (Number(request.headers['content-length'] ?? 0) > max) return { refused: { status: 413 } };
  const { promise, resolve } = Promise.withResolvers<{ text: string } | { refused: Reply }>();
  const chunks: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= max) chunks.push(chunk);
    else resolve({ refused: { status: 413 } });
  });
  request.on('end', () => resolve({ text: Buffer.concat(chunks).toString() }));
  // The other side hung up: nobody reads this answer.
  request.on('close', () => resolve({ refused: { status: 400 } }));
  const timer = setTimeout(() => resolve({ refused: { status: 408 } }), withinMs);
  const read = await promise;
  clearTimeout(timer);
  request.removeAllListeners('data').pause();
  return read;
}
