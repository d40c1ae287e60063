import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import type { TestSandbox } from './fixture.ts';
import { closeAll, startSandbox, TOKEN } from './fixture.ts';

let world: TestSandbox;
beforeEach(async () => {
  world = await startSandbox();
});
afterEach(closeAll);

describe('the way in', () => {
  test.each([
    ['/bot1900:other/getMe', 401, 'Unauthorized'],
    ['/bot1901:sandbox/getMe', 401, 'Unauthorized'],
    ['/botsandbox/getMe', 401, 'Unauthorized: invalid token specified'],
    ['/bot01900:sandbox/getMe', 401, 'Unauthorized: invalid token specified'],
    [`/bot1:${'x'.repeat(80)}/getMe`, 401, 'Unauthorized: invalid token specified'],
    [`/bot${TOKEN}/test/getMe`, 401, 'Unauthorized: invalid token specified'],
    ['/botabc:sandbox/getMe', 421, 'Misdirected Request: unallowed token specified'],
    [`/bot${TOKEN}/getNothing`, 404, 'Not Found: method not found'],
    [`/bot${TOKEN}/sendPhoto`, 404, 'Not Found: method not found'],
    [`/bot${TOKEN}`, 404, 'Not Found'],
    ['/bot%zz/getMe', 404, 'Not Found'],
  ])('%s is refused with %i', async (path, status, description) => {
    const response = await fetch(world.sandbox.url + path);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ ok: false, error_code: status, description });
  });

  it('tells who the bot is, whatever the case of the method', async () => {
    for (const name of ['getMe', 'getme', 'GETME']) {
      const { result } = await world.api(name);
      expect(result).toMatchObject({
        id: 1900,
        is_bot: true,
        first_name: 'Nightguard',
        username: 'nightguard_sandbox_bot',
      });
    }
  });

  it('takes the method as an argument when the path has none', async () => {
    const response = await fetch(`${world.sandbox.url}/bot${TOKEN}/?method=getMe`);
    expect(await response.json()).toMatchObject({ ok: true, result: { id: 1900 } });
  });
});

describe('arguments', () => {
  const url = (rest = '') => `${world.sandbox.url}/bot${TOKEN}/sendMessage${rest}`;
  const form = new FormData();
  form.set('chat_id', '1001');
  form.set('text', 'x <y> "ü"\r\nz');

  test.each([
    ['the query', () => fetch(url('?chat_id=1001&text=x'))],
    [
      'a JSON body',
      () =>
        fetch(url(), {
          method: 'POST',
          headers: { 'content-type': 'application/json; charset=utf-8' },
          body: '{"chat_id":1001,"text":"x","reply_markup":null}',
        }),
    ],
    [
      'a urlencoded body',
      () => fetch(url(), { method: 'POST', body: new URLSearchParams({ chat_id: '1001', text: 'x' }) }),
    ],
    ['a multipart body', () => fetch(url(), { method: 'POST', body: form })],
    [
      'both query and body',
      () => fetch(url('?chat_id=1001'), { method: 'POST', body: new URLSearchParams({ text: 'x' }) }),
    ],
  ])('come through %s', async (_, call) => {
    const response = await call();
    expect(await response.json()).toMatchObject({
      ok: true,
      result: { chat: { id: 1001 }, text: expect.stringMatching(/^x/) },
    });
  });

  it('keep every byte of a multipart field', async () => {
    const response = await fetch(url(), { method: 'POST', body: form });
    expect(await response.json()).toMatchObject({ result: { text: 'x <y> "ü"\nz' } });
  });

  it('do not mind parameters that the sandbox does not know', async () => {
    const params = {
      chat_id: 1001,
      text: 'x',
      disable_notification: true,
      message_effect_id: '5',
      business_connection_id: '',
    };
    expect(await world.api('sendMessage', params)).toMatchObject({ ok: true });
  });

  test.each([
    ['{"chat_id":', "Bad Request: can't parse JSON object in the request body"],
    ['[1]', 'Bad Request: object expected as JSON body'],
  ])('must be an object: %s', async (body, description) => {
    const response = await fetch(url(), { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect(await response.json()).toEqual({ ok: false, error_code: 400, description });
  });

  it('are limited to 50 MB and some', async () => {
    const body = new Blob([new Uint8Array(52 * 1024 * 1024)]);
    const response = await fetch(url(), { method: 'POST', body });
    expect(response.status).toBe(413);
    expect(await response.json()).toEqual({ ok: false, error_code: 413, description: 'Request Entity Too Large' });
  });
});
