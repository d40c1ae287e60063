import type { Upload } from '../params.ts';
import { badRequest } from '../refusal.ts';

const MOST_PARTS = 100;

/** The fields and files of a multipart/form-data body; bounded, and lenient about spaces as Telegram is. */
export function parseMultipart(
  contentType: string,
  body: Buffer,
): { fields: Map<string, string>; uploads: Map<string, Upload> } {
  const fields = new Map<string, string>();
  const uploads = new Map<string, Upload>();
  for (const part of parts(boundaryOf(contentType), body)) {
    const { name, filename, type } = headersOf(part.head);
    if (name === undefined) throw badRequest('field name in multipart/form-data is missing');
    if (filename === undefined) fields.set(name, part.content.toString('utf8'));
    else uploads.set(name, { name: filename, type, bytes: Buffer.from(part.content) });
  }
  return { fields, uploads };
}

function boundaryOf(contentType: string): string {
  const [, quoted, plain] = /boundary=(?:"([^"]{1,200})"|([^\s;]{1,200}))/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (!boundary) throw badRequest('boundary not found');
  return `--${boundary}`;
}

function parts(boundary: string, body: Buffer): { head: string; content: Buffer }[] {
  const found: { head: string; content: Buffer }[] = [];
  let start = body.indexOf(boundary);
  while (start !== -1 && found.length < MOST_PARTS) {
    const headStart = start + boundary.length;
    const headEnd = body.indexOf('\r\n\r\n', headStart);
    const next = headEnd === -1 ? -1 : body.indexOf(`\r\n${boundary}`, headEnd + 2);
    if (next === -1) break;
    found.push({
      head: body.toString('utf8', headStart, headEnd),
      content: body.subarray(headEnd + 4, Math.max(next, headEnd + 4)),
    });
    start = next + 2;
  }
  return found;
}

function headersOf(head: string): { name: string | undefined; filename: string | undefined; type: string } {
  const disposition = /^content-disposition:(.*)$/im.exec(head)?.[1] ?? '';
  const type = /^content-type:\s*(.*?)\s*$/im.exec(head)?.[1] ?? 'application/octet-stream';
  return { name: parameter(disposition, 'name'), filename: parameter(disposition, 'filename'), type };
}

function parameter(disposition: string, name: string): string | undefined {
  const [, quoted, plain] =
    new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\r\\n]*))`, 'i').exec(disposition) ?? [];
  return quoted?.replaceAll(/\\(.)/g, '$1') ?? plain?.trim();
}
