import { afterEach, beforeEach, expect, it, test } from 'vitest';
import type { TestSandbox } from './fixture.ts';
import { closeAll, startSandbox } from './fixture.ts';

let world: TestSandbox;
beforeEach(async () => {
  world = await startSandbox();
});
afterEach(closeAll);

test.each([
  ['/', 'text/html; charset=utf-8'],
  ['/?x=1', 'text/html; charset=utf-8'],
  ['/page.css', 'text/css; charset=utf-8'],
  ['/page/main.js', 'text/javascript; charset=utf-8'],
  ['/page/page.css', 'text/css; charset=utf-8'],
  ['/page/logo.svg', 'image/svg+xml'],
])('%s is served as %s', async (path, type) => {
  const response = await fetch(world.sandbox.url + path);
  expect(response.status).toBe(200);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': type,
    'content-security-policy':
      "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'",
    'x-content-type-options': 'nosniff',
  });
  expect((await response.bytes()).length).toBeGreaterThan(100);
});

test.each([
  '/index.html',
  '/page/',
  '/page/index.html',
  '/page/none.js',
  '/page/..%2fserver.ts',
  '/page/%2e%2e/server.ts',
  '/page/a/b.js',
  '/page/.hidden.js',
  '/server.ts',
  '/page/main.js.map',
])('%s is not', async (path) => {
  expect((await fetch(world.sandbox.url + path)).status).toBe(404);
});

it('every script and style that the page names is there', async () => {
  const html = await (await fetch(world.sandbox.url)).text();
  const paths = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map((match) => match[1] ?? '');
  expect(paths.length).toBeGreaterThan(0);
  for (const path of paths) expect([path, (await fetch(world.sandbox.url + path)).status]).toEqual([path, 200]);
});
