import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Readable } from 'node:stream';
import type { z } from 'zod';
import { formatDuration } from '#src/kit/duration.ts';
import { Problem } from '#src/kit/problem.ts';
import type { Secret } from '#src/kit/secret.ts';
import { reasonOf } from '../ask.ts';
import { Errors } from './shapes.ts';

const MOST_BYTES = 256 * 1024;

/** How one server is spoken with. */
export interface Line {
  /** How people call it. */
  name: string;
  url: string;
  /** The only certificate authority that is believed, as PEM; undefined: those of the system. */
  ca: string | undefined;
  timeoutMs: number;
}

/** One request; `body` is sent as it is and wiped afterwards, whatever comes of it. */
export interface Call {
  method: 'GET' | 'PUT' | 'POST' | 'LIST';
  path: string;
  token?: Secret | undefined;
  body?: Buffer | undefined;
  /** Statuses beside 200 and 204 whose body is an answer too. */
  also?: readonly number[];
}

/** A body and the status it came with. */
export interface Got<T> {
  status: number;
  body: T;
}

/**
 * Asks a server of Vault's API once, over a connection of its own and with no redirect followed. Throws Problem `vault-away` when
 * there is no answer, and Problem `vault` with the server's own words when it refuses; both never hold what was sent.
 */
export async function call<T>(line: Line, asked: Call, schema: z.ZodType<T>, signal: AbortSignal): Promise<Got<T>> {
  signal.throwIfAborted();
  const deadline = AbortSignal.timeout(line.timeoutMs);
  let got: { status: number; text: string };
  try {
    got = await send(line, asked, AbortSignal.any([signal, deadline]));
  } catch (error) {
    signal.throwIfAborted();
    const reason = deadline.aborted ? `no answer in ${formatDuration(line.timeoutMs)}` : reasonOf(error);
    throw new Problem(
      'vault-away',
      `Vault ${line.name} does not answer: ${reason}. Look at ${new URL(line.url).host}.`,
    );
  } finally {
    asked.body?.fill(0);
  }
  const { status, text } = got;
  if (status !== 200 && status !== 204 && !asked.also?.includes(status)) throw refusalOf(line, status, text);
  const body = schema.safeParse(json(text));
  if (!body.success)
    throw new Problem(
      'vault',
      `${new URL(line.url).host} answers ${status} with what Vault never says. Is it a Vault?`,
    );
  return { status, body: body.data };
}

function send({ url, ca }: Line, asked: Call, signal: AbortSignal): Promise<{ status: number; text: string }> {
  const target = new URL(`/v1/${asked.path}`, url);
  const request = target.protocol === 'https:' ? requestHttps : requestHttp;
  const headers = {
    'user-agent': 'nightguard',
    'x-vault-request': 'true',
    ...(asked.token ? { 'x-vault-token': asked.token.reveal() } : {}),
    ...(asked.body ? { 'content-type': 'application/json', 'content-length': asked.body.length } : {}),
  };
  const answer = Promise.withResolvers<{ status: number; text: string }>();
  const options = { method: asked.method, headers, signal, agent: false, ...(ca === undefined ? {} : { ca }) };
  const sent = request(target, options, (response) => {
    textOf(response).then((text) => answer.resolve({ status: response.statusCode ?? 0, text }), answer.reject);
  });
  sent.on('error', answer.reject);
  sent.end(asked.body);
  return answer.promise;
}

async function textOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > MOST_BYTES) throw new Error(`it answers with more than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function refusalOf({ name }: Line, status: number, text: string): Problem {
  const said = Errors.safeParse(json(text)).data?.errors.join('; ').slice(0, 300);
  const words = said || WORDS[status] || 'no reason given';
  const code =
    status === 503 && said?.includes('is sealed') ? 'vault-sealed' : status === 404 ? 'vault-missing' : 'vault';
  return new Problem(code, `Vault ${name} refuses (${status}): ${words}.`);
}

const WORDS: Record<number, string> = {
  403: 'the token may not do this',
  404: 'there is nothing',
  405: 'not this way',
};

function json(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return undefined;
  }
}
