import type { IncomingMessage } from 'node:http';
import { Problem } from '#src/kit/problem.ts';
import type { Params } from '../params.ts';
import { createParams } from '../params.ts';
import { badRequest, refusal } from '../refusal.ts';
import { parseMultipart } from './multipart.ts';

/** The whole body of a request; throws Problem `too-large` above `most` bytes. */
export async function readBody(request: IncomingMessage, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size <= most) chunks.push(bytes);
  }
  // Only now, since nobody reads an answer that comes before the end of the question.
  if (size > most) throw new Problem('too-large', `The body is larger than ${most} bytes.`);
  return Buffer.concat(chunks);
}

/** Arguments from a query string and a body in any of the Bot API's forms; other content types carry none. */
export function parseParams(query: URLSearchParams, contentType: string, body: Buffer): Params {
  const fields: Record<string, unknown> = Object.fromEntries(query);
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase();
  if (body.length === 0) return createParams(fields);
  if (type === 'application/json') return createParams({ ...fields, ...jsonObject(body) });
  if (type === 'application/x-www-form-urlencoded') {
    return createParams({ ...fields, ...Object.fromEntries(new URLSearchParams(body.toString('utf8'))) });
  }
  if (type === 'multipart/form-data') {
    const form = parseMultipart(contentType, body);
    return createParams({ ...fields, ...Object.fromEntries(form.fields) }, form.uploads);
  }
  return createParams(fields);
}

/** The refusal that the Bot API answers for a body over its limit. */
export function entityTooLarge(): Problem {
  return refusal(413, 'Request Entity Too Large');
}

function jsonObject(body: Buffer): object {
  const value = parsed(body);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badRequest('object expected as JSON body');
  return value;
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw badRequest("can't parse JSON object in the request body");
  }
}
