import type { IncomingMessage, ServerResponse } from 'node:http';
import type { z } from 'zod';
import { Problem, sentenceOf } from '#src/kit/problem.ts';
import type { Fault } from '../faults.ts';
import { FaultOrder } from '../faults.ts';
import { readBody } from '../http/body.ts';
import { streamEvents } from '../http/eventStream.ts';
import { sendError, sendJson } from '../http/respond.ts';
import type { World } from '../world.ts';
import { sendFile } from './download.ts';
import { lookAround, lookAtChat, lookAtCommands } from './look.ts';
import { Pressed, press } from './press.ts';
import { Said, say } from './say.ts';

const MOST_BODY = 256 * 1024;
const NOTHING = 'There is nothing here.';

/** Serves the client side under /sandbox: what a person does and sees in the app, and what tests want to know. */
export async function serveClient(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  try {
    if (request.method === 'POST') await act(world, request, response, url.pathname);
    else if (request.method === 'GET') look(world, response, url);
    else sendError(response, 405, 'Use GET or POST.');
  } catch (error) {
    if (!(error instanceof Problem))
      world.settings.log.warn({ path: url.pathname, error }, 'sandbox client side failed');
    const tooLarge = error instanceof Problem && error.code === 'too-large';
    sendError(response, error instanceof Problem ? (tooLarge ? 413 : 400) : 500, sentenceOf(error));
  }
}

async function act(world: World, request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
  const deed = DEEDS.get(path);
  const json = /^application\/json(?:\s*;|$)/i.test(request.headers['content-type'] ?? '');
  if (!json) sendError(response, 415, 'Send application/json.');
  else if (!deed) sendError(response, 404, NOTHING);
  else sendJson(response, 200, await deed(world, parsed(await readBody(request, MOST_BODY))));
}

const DEEDS = new Map<string, (world: World, body: unknown) => object | Promise<object>>([
  ['/sandbox/say', (world, body) => say(world, checked(Said, body))],
  ['/sandbox/press', (world, body) => press(world, checked(Pressed, body))],
  ['/sandbox/faults', (world, body) => orderFault(world, checked(FaultOrder, body))],
]);

function orderFault(world: World, fault: Fault): object {
  world.faults.order(fault);
  return { ordered: true };
}

function look(world: World, response: ServerResponse, { pathname, searchParams }: URL): void {
  const [, what, id] = /^\/sandbox\/([a-z]+)(?:\/([^/]+))?$/.exec(pathname) ?? [];
  if (what === 'events') streamEvents(world, response);
  else if (what === 'file' && id !== undefined) sendFile(world, response, id);
  else if (what === 'chat' && id !== undefined) sendJson(response, 200, lookAtChat(world, id));
  else if (what === 'chats') sendJson(response, 200, lookAround(world));
  else if (what === 'commands') sendJson(response, 200, lookAtCommands(world, searchParams));
  else if (what === 'calls') sendJson(response, 200, { calls: world.calls.all() });
  else sendError(response, 404, NOTHING);
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw new Problem('json', 'The body is not JSON.', { cause });
  }
}

function checked<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const where = issue?.path.join('.');
  throw new Problem('body', `${where ? `${where}: ` : ''}${issue?.message ?? 'invalid'}.`);
}
