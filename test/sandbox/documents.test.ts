import { afterEach, beforeEach, expect, it, test } from 'vitest';
import { z } from 'zod';
import type { TestSandbox } from './fixture.ts';
import { ADA, closeAll, Message, startSandbox, TOKEN } from './fixture.ts';

let world: TestSandbox;
beforeEach(async () => {
  world = await startSandbox();
});
afterEach(closeAll);

async function upload(fields: Record<string, string | Blob>, name = 'report.log') {
  const form = new FormData();
  form.set('chat_id', String(ADA));
  for (const [field, value] of Object.entries(fields)) {
    if (typeof value === 'string') form.set(field, value);
    else form.set(field, value, name);
  }
  const response = await fetch(`${world.sandbox.url}/bot${TOKEN}/sendDocument`, { method: 'POST', body: form });
  return z.looseObject({ ok: z.boolean(), result: z.unknown().optional() }).parse(await response.json());
}

const log = new Blob(['line 1\r\n--line 2\r\n\0ü']);

it('keeps a document byte for byte and gives it back on both sides', async () => {
  const answer = await upload({ document: log, caption: '<b>The</b> log', parse_mode: 'HTML' }, 'r ü.log');
  expect(answer).toMatchObject({
    ok: true,
    result: {
      document: { file_name: 'r ü.log', mime_type: 'text/plain', file_size: log.size },
      caption: 'The log',
      caption_entities: [{ type: 'bold', offset: 0, length: 3 }],
    },
  });
  const fileId = Message.parse(answer.result).document?.file_id ?? '';
  const { result } = await world.api('getFile', { file_id: fileId });
  expect(result).toMatchObject({ file_id: fileId, file_path: 'documents/file_0.log' });

  const forBot = await fetch(`${world.sandbox.url}/file/bot${TOKEN}/documents/file_0.log`);
  expect(await forBot.bytes()).toEqual(await log.bytes());
  const forPerson = await fetch(`${world.sandbox.url}/sandbox/file/${fileId}`);
  expect(await forPerson.bytes()).toEqual(await log.bytes());
  expect(Object.fromEntries(forPerson.headers)).toMatchObject({
    'content-type': 'text/plain; charset=utf-8',
    'content-disposition': "attachment; filename*=UTF-8''r%20%C3%BC.log",
    'x-content-type-options': 'nosniff',
  });
});

it('takes a document by attach:// and by the file_id of an earlier one', async () => {
  const first = await upload({ document: 'attach://file0', file0: log });
  const fileId = Message.parse(first.result).document?.file_id;
  const { result } = await world.api('sendDocument', { chat_id: ADA, document: fileId });
  expect(result).toMatchObject({ message_id: 2, document: { file_id: fileId } });
});

test.each<[string, Record<string, string | Blob>, string]>([
  ['without a document', {}, 'there is no document in the request'],
  ['with an attachment that is not there', { document: 'attach://x' }, 'there is no document in the request'],
  ['with an empty file', { document: new Blob([]) }, 'file must be non-empty'],
  ['with an unknown file_id', { document: 'BQAx' }, 'wrong file identifier/HTTP URL specified'],
  ['with a caption over 1024', { document: log, caption: 'x'.repeat(1025) }, 'message caption is too long'],
  [
    'with a broken caption',
    { document: log, caption: '<b>', parse_mode: 'HTML' },
    'can\'t parse entities: Can\'t find end tag corresponding to start tag "b"',
  ],
  ['to an unknown chat', { document: log, chat_id: '5' }, 'chat not found'],
])('is refused %s', async (_, fields, description) => {
  expect(await upload(fields)).toEqual({ ok: false, error_code: 400, description: `Bad Request: ${description}` });
});

test.each([
  [`/file/bot${TOKEN}/documents/other.log`, 404],
  [`/file/bot${TOKEN}/../../etc/passwd`, 404],
  ['/file/bot1900:wrong/documents/file_0.log', 401],
  [`/file/bot${TOKEN}/%zz`, 404],
  ['/sandbox/file/unknown', 404],
])('%s answers %i', async (path, status) => {
  expect((await fetch(world.sandbox.url + path)).status).toBe(status);
});

it('knows no other file', async () => {
  expect((await world.api('getFile', { file_id: 'x' })).description).toBe('Bad Request: invalid file_id');
});
