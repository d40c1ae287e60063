import type { IncomingMessage, ServerResponse } from 'node:http';
import { Problem } from '#src/kit/problem.ts';
import { failure } from '../answer.ts';
import { execute } from '../execute.ts';
import { MOST_UPLOAD } from '../methods/sendDocument.ts';
import { refusal } from '../refusal.ts';
import type { World } from '../world.ts';
import { entityTooLarge, parseParams, readBody } from './body.ts';
import { sendAnswer } from './respond.ts';

const MOST_BODY = MOST_UPLOAD + 1_000_000;

/** Serves `/bot<token>/<method>` as api.telegram.org does. */
export async function serveBotApi(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  try {
    const { token, method } = pathOf(url.pathname);
    const body = request.method === 'POST' ? await readBody(request, MOST_BODY) : Buffer.alloc(0);
    checkToken(world, token);
    const params = parseParams(url.searchParams, request.headers['content-type'] ?? '', body);
    const answer = await execute(world, method || params.text('method'), params, goneSignal(response));
    if (answer !== 'hang') sendAnswer(response, answer);
  } catch (error) {
    const tooLarge = error instanceof Problem && error.code === 'too-large';
    sendAnswer(response, failure(tooLarge ? entityTooLarge() : error));
  }
}

/** Serves `/file/bot<token>/<path>`: what getFile told the way to. */
export function serveBotFile(world: World, response: ServerResponse, url: URL): void {
  try {
    const [, token = '', path = ''] = /^\/file\/bot([^/]*)\/(.*)$/.exec(decoded(url.pathname)) ?? [];
    checkToken(world, token);
    const file = world.files.at(path);
    if (!file) throw refusal(404, 'Not Found');
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': file.bytes.length });
    response.end(file.bytes);
  } catch (error) {
    sendAnswer(response, failure(error));
  }
}

function pathOf(pathname: string): { token: string; method: string } {
  const path = decoded(pathname).slice('/bot'.length);
  const slash = path.lastIndexOf('/');
  if (slash === -1) throw refusal(404, 'Not Found');
  return { token: path.slice(0, slash), method: path.slice(slash + 1) };
}

function checkToken(world: World, token: string): void {
  if (token.startsWith('0') || token.length > 80 || !token.includes(':') || token.includes('/')) {
    throw refusal(401, 'Unauthorized: invalid token specified');
  }
  if (!/^\d+:/.test(token)) throw refusal(421, 'Misdirected Request: unallowed token specified');
  if (token !== world.settings.token) throw refusal(401, 'Unauthorized');
}

function decoded(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    throw refusal(404, 'Not Found');
  }
}

function goneSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  return gone.signal;
}
