import type { ServerResponse } from 'node:http';
import type { Answer } from '../answer.ts';

/** Sends JSON, unless the other side is gone. */
export function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): void {
  if (response.destroyed || response.headersSent) return;
  const body = JSON.stringify(value);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(body);
}

/** Sends an answer of the Bot API; 429 also carries the Retry-After header. */
export function sendAnswer(response: ServerResponse, { status, body }: Answer): void {
  const wait = body.ok ? undefined : body.parameters?.retry_after;
  sendJson(response, status, body, wait === undefined ? {} : { 'retry-after': String(wait) });
}

/** Sends the one-sentence error of the sandbox's own side. */
export function sendError(response: ServerResponse, status: number, error: string): void {
  sendJson(response, status, { error });
}
