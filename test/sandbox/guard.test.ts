import { once } from 'node:events';
import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { createSandbox } from '#src/sandbox/server.ts';
import type { TestSandbox } from './fixture.ts';
import { closeAll, startSandbox, TOKEN } from './fixture.ts';

let world: TestSandbox;
beforeEach(async () => {
  world = await startSandbox();
});
afterEach(closeAll);

/** fetch does not let a caller choose Host and Origin. */
async function ask(path: string, headers: Record<string, string>, body?: string) {
  const asking = request(world.sandbox.url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { connection: 'close', ...headers },
  });
  asking.end(body);
  const [response] = await once(asking, 'response');
  return { status: response.statusCode, headers: response.headers, body: await json(response).catch(() => undefined) };
}

const PATHS = ['/', '/page.css', '/sandbox/chats', '/sandbox/events', `/bot${TOKEN}/getMe`, '/file/bot1:x/y'];

describe.each(PATHS)('%s', (path) => {
  test.each(['evil.org', 'localhost.evil.org', '127.0.0.1.evil.org:80', '10.0.0.1', '127.0.0.1@evil.org'])(
    'refuses the host %s',
    async (host) => {
      expect((await ask(path, { host })).status).toBe(403);
    },
  );

  test.each(['http://evil.org', 'null', 'http://localhost:1', 'https://127.0.0.1'])(
    'refuses the origin %s',
    async (origin) => {
      const { status, headers } = await ask(path, { origin });
      expect(status).toBe(403);
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    },
  );

  test.each(['cross-site', 'same-site'])('refuses a page that is %s', async (site) => {
    expect((await ask(path, { 'sec-fetch-site': site })).status).toBe(403);
  });
});

describe('what is ours passes', () => {
  test.each(['127.0.0.1', 'localhost', '[::1]'])('on %s', async (name) => {
    const port = world.sandbox.port;
    expect((await ask('/sandbox/chats', { host: name })).status).toBe(200);
    const own = { host: `${name}:${port}`, origin: `http://${name}:${port}`, 'sec-fetch-site': 'same-origin' };
    expect((await ask('/sandbox/chats', own)).status).toBe(200);
    expect((await ask('/sandbox/chats', { 'sec-fetch-site': 'none' })).status).toBe(200);
  });
});

describe('a POST', () => {
  const said = JSON.stringify({ chat: 1001, from: 1001, text: 'x' });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    '',
  ])('as %s is refused', async (type) => {
    expect((await ask('/sandbox/say', { 'content-type': type }, said)).status).toBe(415);
  });

  it('as JSON with a charset is taken', async () => {
    expect((await ask('/sandbox/say', { 'content-type': 'application/json; charset=utf-8' }, said)).status).toBe(200);
  });

  it('that is no JSON or too large is refused', async () => {
    const type = { 'content-type': 'application/json' };
    expect(await ask('/sandbox/say', type, '{')).toMatchObject({
      status: 400,
      body: { error: 'The body is not JSON.' },
    });
    expect(await ask('/sandbox/say', type, `"${'x'.repeat(300_000)}"`)).toMatchObject({ status: 413 });
    expect(await ask('/sandbox/nothing', type, '{}')).toMatchObject({ status: 404 });
  });

  it('is the only other way in', async () => {
    expect((await fetch(`${world.sandbox.url}/sandbox/say`, { method: 'PUT' })).status).toBe(405);
    expect((await fetch(`${world.sandbox.url}/`, { method: 'POST' })).status).toBe(404);
  });
});

describe('the server', () => {
  it('refuses a port that is taken and says what to do', async () => {
    const start = createSandbox({ port: world.sandbox.port, token: TOKEN });
    await expect(start).rejects.toMatchObject({ code: 'port-taken', message: expect.stringContaining('SANDBOX_PORT') });
  });

  test.each(['', 'abc', '1900', 'x:y', '0:x', '1900:a/b'])('refuses the token %s', async (token) => {
    await expect(createSandbox({ port: 0, token })).rejects.toMatchObject({ code: 'token' });
  });

  it('closes with everything that is open, also twice', async () => {
    const { url } = world.sandbox;
    await world.client('faults', { method: 'getMe', times: 1, kind: 'hang' });
    const ending = [
      fetch(`${url}/bot${TOKEN}/getUpdates?timeout=50`),
      fetch(`${url}/bot${TOKEN}/getMe`),
      fetch(`${url}/sandbox/events`).then((response) => response.text()),
    ];
    await world.beginning(2);
    await world.sandbox.close();
    await world.sandbox.close();
    await Promise.allSettled(ending);
    await expect(fetch(url)).rejects.toThrow();
  });
});
