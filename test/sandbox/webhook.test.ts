import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import { waitUntil } from '#src/kit/waitUntil.ts';
import { retryDelay } from '#src/sandbox/webhook/backoff.ts';
import type { TestSandbox } from './fixture.ts';
import { ADA, BEN, closeAll, GROUP, startSandbox, UpdateList } from './fixture.ts';

type Reply = (response: ServerResponse, attempt: number) => void;
const fine: Reply = (response) => response.end();

let world: TestSandbox;
const servers: Server[] = [];
beforeEach(async () => {
  world = await startSandbox({ times: { webhookRetry: 5, press: 5 } });
});
afterEach(async () => {
  await closeAll();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A bot's webhook that keeps what it gets. */
async function startHook(reply: Reply = fine) {
  const got: { headers: IncomingMessage['headers']; body: string; update: z.infer<typeof UpdateList>[number] }[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const [update] = UpdateList.parse([JSON.parse(body)]);
    if (update) got.push({ headers: request.headers, body, update });
    reply(response, got.length);
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    got,
    texts: () => got.map(({ update }) => update.message?.text ?? update.callback_query?.data),
    count: (wanted: number) =>
      waitUntil(() => (got.length >= wanted ? got : undefined), {
        withinMs: 5000,
        everyMs: 2,
        what: `${wanted} deliveries`,
      }),
  };
}

const Info = z.looseObject({
  url: z.string(),
  pending_update_count: z.int(),
  last_error_message: z.string().optional(),
});
const info = async () => Info.parse((await world.api('getWebhookInfo')).result);
const pendingAre = (count: number) => expect.poll(async () => (await info()).pending_update_count).toBe(count);

describe('setWebhook', () => {
  it('says what it did', async () => {
    const set = async (params: object) => (await world.api('setWebhook', params)).description;
    expect((await world.api('deleteWebhook')).description).toBe('Webhook is already deleted');
    expect(await set({ url: 'http://127.0.0.1:9/a' })).toBe('Webhook was set');
    expect(await set({ url: 'http://127.0.0.1:9/a' })).toBe('Webhook is already set');
    expect(await set({ url: 'http://127.0.0.1:9/b', secret_token: 's' })).toBe('Webhook was set');
    expect(await set({ url: '' })).toBe('Webhook was deleted');
  });

  test.each([
    ['http://example.com/hook', 'bad webhook: An HTTPS URL must be provided for webhook'],
    ['https://example.com:444/hook', 'bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443'],
    ['https://10.0.0.1/hook', 'bad webhook: IP address 10.0.0.1 is reserved'],
    ['https://[2001:db8::1]/hook', 'bad webhook: IPv6-only addresses are not allowed'],
    ['ftp://example.com', 'invalid webhook URL specified'],
    ['https://', 'invalid webhook URL specified'],
  ])('refuses %s', async (url, description) => {
    expect(await world.api('setWebhook', { url })).toMatchObject({
      error_code: 400,
      description: `Bad Request: ${description}`,
    });
  });

  test.each([
    ['x'.repeat(257), 'secret token is too long'],
    ['sécret', 'secret token contains unallowed characters'],
  ])('refuses the secret %s', async (secret_token, description) => {
    const answer = await world.api('setWebhook', { url: 'http://127.0.0.1:9/', secret_token });
    expect(answer.description).toBe(`Bad Request: ${description}`);
  });

  it('is taken once per second', async () => {
    const strict = await startSandbox({ limits: true });
    await strict.api('setWebhook', { url: 'http://127.0.0.1:9/a' });
    const answer = await strict.api('setWebhook', { url: 'http://127.0.0.1:9/b' });
    expect(answer).toMatchObject({
      status: 429,
      description: 'Too Many Requests: retry after 1',
      parameters: { retry_after: 1 },
    });
    strict.pass(1);
    expect(await strict.api('setWebhook', { url: 'http://127.0.0.1:9/b' })).toMatchObject({ ok: true });
  });

  it('is told by getWebhookInfo', async () => {
    expect((await world.api('getWebhookInfo')).result).toEqual({
      url: '',
      has_custom_certificate: false,
      pending_update_count: 0,
    });
    await world.api('setWebhook', { url: 'http://127.0.0.1:9/a', allowed_updates: ['message'], max_connections: 500 });
    expect((await world.api('getWebhookInfo')).result).toEqual({
      url: 'http://127.0.0.1:9/a',
      has_custom_certificate: false,
      pending_update_count: 0,
      max_connections: 100,
      allowed_updates: ['message'],
    });
  });
});

describe('delivery', () => {
  it('brings updates with the secret, those from before too', async () => {
    const hook = await startHook();
    await world.say({ text: 'before' });
    await world.api('setWebhook', { url: hook.url, secret_token: 'sesame' });
    await world.say({ text: 'after' });
    const [first] = await hook.count(2);
    expect(hook.texts()).toEqual(['before', 'after']);
    expect(first?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-telegram-bot-api-secret-token': 'sesame',
    });
    await pendingAre(0);
  });

  it('drops what waits when asked', async () => {
    const hook = await startHook();
    await world.say({ text: 'before' });
    await world.api('setWebhook', { url: hook.url, drop_pending_updates: true });
    await world.say({ text: 'after' });
    await hook.count(1);
    expect(hook.texts()).toEqual(['after']);
  });

  it('tries again until it is taken, then goes on in order', async () => {
    const hook = await startHook((response, attempt) => response.writeHead(attempt <= 4 ? 503 : 204).end());
    await world.api('setWebhook', { url: hook.url });
    await world.say({ text: 'a' });
    await world.say({ text: 'b' });
    await hook.count(6);
    expect(hook.texts()).toEqual(['a', 'a', 'a', 'a', 'a', 'b']);
    await pendingAre(0);
    expect(await info()).toMatchObject({
      last_error_message: 'Wrong response from the webhook: 503 Service Unavailable',
    });
    await world.api('deleteWebhook');
    expect(await info()).not.toHaveProperty('last_error_message');
  });

  it('keeps the order within a chat but lets presses and other chats pass', async () => {
    const { message_id } = await world.send({});
    let open = false;
    const hook = await startHook((response) => response.writeHead(open ? 200 : 500).end());
    const stubborn = await startSandbox({ times: { webhookRetry: 60_000, press: 5 } });
    await stubborn.send({});
    await stubborn.api('setWebhook', { url: hook.url });
    await stubborn.say({ text: 'a1' });
    await hook.count(2);
    open = true;
    await stubborn.say({ text: 'a2' });
    await stubborn.say({ chat: BEN, from: BEN, text: 'b1' });
    await stubborn.client('press', { chat: ADA, message_id, from: ADA, data: 'pressed' });
    await hook.count(4);
    expect(hook.texts()).toEqual(['a1', 'a1', 'b1', 'pressed']);
    expect(Info.parse((await stubborn.api('getWebhookInfo')).result).pending_update_count).toBe(2);
  });

  it('never follows a redirect', async () => {
    const other = await startHook();
    const hook = await startHook((response) => response.writeHead(302, { location: other.url }).end());
    await world.api('setWebhook', { url: hook.url });
    await world.say({ text: 'a' });
    await hook.count(2);
    expect(other.got).toEqual([]);
    expect(await info()).toMatchObject({ last_error_message: 'Wrong response from the webhook: 302 Found' });
  });

  it('waits for as long as Retry-After says', async () => {
    const hook = await startHook((response, attempt) =>
      response.writeHead(attempt === 1 ? 503 : 200, { 'retry-after': '1' }).end(),
    );
    await world.api('setWebhook', { url: hook.url });
    const began = performance.now();
    await world.say({ text: 'a' });
    await hook.count(2);
    expect(performance.now() - began).toBeGreaterThan(950);
  });

  it('tells when nobody listens, and when nobody answers', async () => {
    await world.api('setWebhook', { url: 'http://127.0.0.1:9/hook' });
    await world.say({ text: 'a' });
    await expect.poll(async () => (await info()).last_error_message).toBe('Connection refused');

    const patientless = await startSandbox({ times: { webhookRead: 20 } });
    const hook = await startHook(() => {});
    await patientless.api('setWebhook', { url: hook.url });
    await patientless.say({ text: 'a' });
    await expect
      .poll(async () => Info.parse((await patientless.api('getWebhookInfo')).result).last_error_message)
      .toBe('Read timeout expired');
  });

  it('gives up an update that has expired', async () => {
    const hook = await startHook((response) => response.writeHead(500).end());
    await world.api('setWebhook', { url: hook.url });
    await world.say({ text: 'a' });
    await hook.count(2);
    world.pass(24 * 3600 + 1);
    expect(await info()).toMatchObject({ pending_update_count: 0 });
  });

  it('carries out the call in a reply, unless it asks for something', async () => {
    const json =
      (body: object): Reply =>
      (response) =>
        response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
    const hook = await startHook((response, attempt) => {
      if (attempt === 1) json({ method: 'sendMessage', chat_id: ADA, text: 'from the reply' })(response, attempt);
      else json({ method: 'deleteWebhook' })(response, attempt);
    });
    await world.api('setWebhook', { url: hook.url });
    await world.say({ text: 'a' });
    await world.say({ text: 'b' });
    await expect.poll(async () => (await world.messages(ADA)).map(({ text }) => text)).toContain('from the reply');
    await hook.count(2);
    await pendingAre(0);
    expect((await info()).url).toBe(hook.url);
  });

  it('goes to the new address after a change', async () => {
    const broken = await startHook((response) => response.writeHead(500).end());
    const hook = await startHook();
    await world.api('setWebhook', { url: broken.url });
    await world.say({ text: 'a' });
    await broken.count(1);
    await world.api('setWebhook', { url: hook.url });
    await hook.count(1);
    await pendingAre(0);
    expect(await info()).not.toHaveProperty('last_error_message');
  });

  it('uses no more connections than allowed', async () => {
    const waiting: ServerResponse[] = [];
    const hook = await startHook((response) => waiting.push(response));
    await world.api('setWebhook', { url: hook.url, max_connections: 2 });
    for (const person of [ADA, BEN, 1003]) await world.say({ chat: person, from: person, text: 'x' });
    await hook.count(2);
    expect((await info()).pending_update_count).toBe(3);
    expect(hook.got).toHaveLength(2);
    waiting.shift()?.end();
    await hook.count(3);
    for (const response of waiting) response.end();
    await pendingAre(0);
  });
});

test.each([
  [1, 0, 0],
  [2, 0, 2000],
  [3, 0, 4000],
  [5, 0, 16_000],
  [1, 7, 7000],
  [9, 9999, 3_600_000],
])('after %i failures with Retry-After %i the wait is %i ms', (failures, retryAfter, wait) => {
  expect(retryDelay(failures, retryAfter, 2000)).toBe(wait);
});

test('the wait ends at one to two minutes', () => {
  expect(retryDelay(12, 0, 2000)).toBeGreaterThanOrEqual(60_000);
  expect(retryDelay(12, 0, 2000)).toBeLessThanOrEqual(120_000);
});

test('a group has its own queue', async () => {
  const hook = await startHook();
  await world.api('setWebhook', { url: hook.url });
  await world.say({ chat: GROUP, text: '/help' });
  await hook.count(1);
  expect(hook.texts()).toEqual(['/help']);
});
