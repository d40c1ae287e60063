import { once, setMaxListeners } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { Problem } from '#src/kit/problem.ts';
import { failure } from './answer.ts';
import { serveClient } from './client/routes.ts';
import { serveBotApi, serveBotFile } from './http/botApi.ts';
import { objection } from './http/guard.ts';
import { servePage } from './http/page.ts';
import { sendAnswer, sendError } from './http/respond.ts';
import { refusal } from './refusal.ts';
import type { SandboxOptions } from './settings.ts';
import { resolveSettings } from './settings.ts';
import { startDelivery } from './webhook/delivery.ts';
import { replyCall } from './webhook/replyCall.ts';
import type { World } from './world.ts';
import { createWorld } from './world.ts';

/** A running sandbox. */
export interface Sandbox {
  /** `http://127.0.0.1:<port>`: the chat page, and grammY's apiRoot. */
  readonly url: string;
  readonly port: number;
  /** Ends everything at once: long polls, event streams, presses, webhook retries. */
  close(): Promise<void>;
}

/**
 * Starts a Telegram of our own on 127.0.0.1, for trying the bot and for tests; all of it is in memory.
 * Throws Problem `port-taken` when the port is in use.
 */
export async function createSandbox(options: SandboxOptions): Promise<Sandbox> {
  const settings = resolveSettings(options);
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  const world = createWorld(settings, closing.signal);
  const server = createServer({ keepAliveTimeout: 75_000 });
  const port = await listen(server, options.port);
  server.on('request', (request, response) => {
    serve(world, port, request, response).catch((error: unknown) => {
      settings.log.warn({ error }, 'sandbox request failed');
      response.destroy();
    });
  });
  startDelivery({ ...world, onReply: (reply) => replyCall(world, reply), closing: closing.signal });
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    close: async () => {
      if (closing.signal.aborted) return;
      closing.abort();
      await end(server);
    },
  };
}

async function end(server: Server): Promise<void> {
  // One turn, so that what has just been ended can still say so.
  await new Promise((resolve) => setImmediate(resolve));
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

async function serve(world: World, port: number, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = URL.parse(request.url ?? '/', 'http://127.0.0.1');
  const bot = /^\/(?:file\/)?bot/.test(url?.pathname ?? '');
  const reason = url ? objection(request, port) : 'The address is malformed.';
  if (reason || !url) {
    if (bot) sendAnswer(response, failure(refusal(403, `Forbidden: ${reason}`)));
    else sendError(response, 403, reason ?? '');
  } else if (url.pathname.startsWith('/bot')) await serveBotApi(world, request, response, url);
  else if (url.pathname.startsWith('/file/bot')) serveBotFile(world, response, url);
  else if (url.pathname.startsWith('/sandbox/')) await serveClient(world, request, response, url);
  else if (request.method === 'GET') await servePage(response, url.pathname);
  else sendAnswer(response, failure(refusal(404, 'Not Found')));
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new Problem('port-taken', `Port ${port} is in use: set SANDBOX_PORT to another one.`, { cause });
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}
