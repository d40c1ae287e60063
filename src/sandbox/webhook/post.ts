import http from 'node:http';
import https from 'node:https';
import { Problem } from '#src/kit/problem.ts';

const MOST_REPLY = 1_000_000;

/** What a webhook answered. */
export interface Reply {
  status: number;
  reason: string;
  retryAfter: number;
  contentType: string;
  body: Buffer;
}

/** Posts updates to webhooks over connections that it keeps. */
export interface Poster {
  /** Throws Problem `webhook` in the words that getWebhookInfo shows. */
  post(url: string, body: string, request: { secret: string; readWithin: number }, signal: AbortSignal): Promise<Reply>;
  close(): void;
}

/** A poster with its own connections; it never follows a redirect. */
export function createPoster(): Poster {
  const agents = { 'http:': new http.Agent({ keepAlive: true }), 'https:': new https.Agent({ keepAlive: true }) };
  return {
    post: (url, body, { secret, readWithin }, signal) => {
      const target = new URL(url);
      const secure = target.protocol === 'https:';
      const { promise, resolve, reject } = Promise.withResolvers<Reply>();
      const request = (secure ? https : http).request(target, {
        method: 'POST',
        agent: secure ? agents['https:'] : agents['http:'],
        timeout: readWithin,
        signal,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'accept-encoding': 'gzip, deflate',
          ...(secret === '' ? {} : { 'x-telegram-bot-api-secret-token': secret }),
        },
      });
      request.on('timeout', () => request.destroy(new Problem('webhook', 'Read timeout expired')));
      request.on('error', (error) => reject(inTelegramsWords(error)));
      request.on('response', (response) =>
        readReply(response).then(resolve, (error) => reject(inTelegramsWords(error))),
      );
      request.end(body);
      return promise;
    },
    close: () => {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

async function readReply(response: http.IncomingMessage): Promise<Reply> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += chunk.length;
    if (size <= MOST_REPLY) chunks.push(chunk);
  }
  return {
    status: response.statusCode ?? 0,
    reason: response.statusMessage ?? '',
    retryAfter: Number(/^\d{1,9}$/.exec(response.headers['retry-after'] ?? '')?.[0] ?? 0),
    contentType: response.headers['content-type'] ?? '',
    body: Buffer.concat(chunks),
  };
}

function inTelegramsWords(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const words: Record<string, string> = {
    ECONNREFUSED: 'Connection refused',
    ECONNRESET: 'Connection reset by peer',
    ENOTFOUND: 'Failed to resolve host: Name or service not known',
  };
  return new Problem('webhook', words[String(code)] ?? 'Webhook connection closed', { cause: error });
}
