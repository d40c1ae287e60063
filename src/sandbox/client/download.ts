import type { ServerResponse } from 'node:http';
import { sendError } from '../http/respond.ts';
import type { World } from '../world.ts';

/** Sends a document for saving: always as plain text and never to be shown as anything else. */
export function sendFile(world: World, response: ServerResponse, fileId: string): void {
  const file = world.files.find(fileId);
  if (!file) {
    sendError(response, 404, 'There is no such file.');
    return;
  }
  response.writeHead(200, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': file.bytes.length,
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent((file.document.file_name ?? 'document').toWellFormed())}`,
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'cache-control': 'no-store',
  });
  response.end(file.bytes);
}
