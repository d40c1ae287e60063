import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { sendError } from './respond.ts';

const FOLDER = new URL('../page/', import.meta.url);
const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]*\.(?:js|css|svg)$/;
const TYPES: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};
const POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'";

/** Serves the chat page: `/`, `/page.css`, `/page.js` and `/page/<name>` for scripts, styles and pictures; nothing else. */
export async function servePage(response: ServerResponse, path: string): Promise<void> {
  const name = fileName(path);
  const content = name === undefined ? undefined : await readFile(new URL(name, FOLDER)).catch(() => undefined);
  if (name === undefined || content === undefined) return sendError(response, 404, 'There is nothing here.');
  response.writeHead(200, {
    'content-type': TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? 'text/plain',
    'content-length': content.length,
    'content-security-policy': POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-cache',
  });
  response.end(content);
}

function fileName(path: string): string | undefined {
  if (path === '/') return 'index.html';
  const name = path === '/page.css' || path === '/page.js' ? path.slice(1) : /^\/page\/([^/]+)$/.exec(path)?.[1];
  return name !== undefined && NAME.test(name) ? name : undefined;
}
