import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { Logger } from 'pino';
import { Problem } from '#src/kit/problem.ts';
import type { Door, Reply } from './http.ts';
import { knockOf, send } from './http.ts';

/** How long a request's headers, and then its body, may take to come, in ms. */
const SLOW_MS = 10_000;
/** How long open requests may take to end when the server stops, in ms: under the 10 s that Cloud Run gives. */
const STOP_MS = 8_000;

/** The hub's web server. */
export interface HubServer {
  /** Listens on a port (0: any free one) and answers with it. Throws Problem `port-taken`. */
  listen(port: number): Promise<number>;
  /** Takes no more requests and lets the open ones end. */
  close(): Promise<void>;
}

/** A server with these doors; every request gets an answer, whatever goes wrong. */
export function createHubServer(deps: { doors: Record<string, Door>; log: Logger; slowMs?: number }): HubServer {
  const { doors, log, slowMs = SLOW_MS } = deps;
  const stopping = new AbortController();
  const server = createServer({
    headersTimeout: slowMs,
    requestTimeout: slowMs * 2,
    connectionsCheckingInterval: 1_000,
  });
  server.on('request', (request, response) => {
    answer(request).then(
      (reply) => send(response, reply, stopping.signal.aborted),
      (err: unknown) => {
        log.error({ err, path: pathOf(request) }, 'request failed');
        giveUp(response, stopping.signal.aborted);
      },
    );
  });

  const answer = async (request: IncomingMessage): Promise<Reply> => {
    const door = Object.hasOwn(doors, pathOf(request)) ? doors[pathOf(request)] : undefined;
    if (!door) return { status: 404 };
    if (request.method !== door.method) return { status: 405, headers: { allow: door.method } };
    return await door.open(knockOf(request, slowMs, stopping.signal));
  };

  return {
    async listen(port) {
      server.listen(port);
      await once(server, 'listening').catch((cause: unknown) => {
        throw new Problem('port-taken', `Port ${port} cannot be listened on: set PORT to another one.`, { cause });
      });
      const address = server.address();
      return typeof address === 'object' && address !== null ? address.port : port;
    },
    async close() {
      stopping.abort();
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      const timer = setTimeout(() => server.closeAllConnections(), STOP_MS);
      await closed;
      clearTimeout(timer);
    },
  };
}

function pathOf(request: IncomingMessage): string {
  return URL.parse(request.url ?? '/', 'http://hub')?.pathname ?? '/';
}

function giveUp(response: ServerResponse, isLast: boolean): void {
  if (response.headersSent) response.destroy();
  else send(response, { status: 500 }, isLast);
}
