import { expect, test } from 'vitest';
import { z } from 'zod';
import { waitUntil } from '#src/kit/waitUntil.ts';
import { ADA, startHouse } from './house.ts';
import { asked, yes } from './question.ts';

test('when Telegram says to wait, the verdict comes later, and once', async () => {
  const house = await startHouse();
  await house.fault({ method: 'sendMessage', times: 1, kind: 429, retry_after: 1 });
  const ada = house.chat(ADA);
  const from = performance.now();
  await ada.say('/health');
  await ada.until(/^job /m);
  expect(performance.now() - from).toBeGreaterThan(900);
  expect(await ada.showing(/^job /m)).toHaveLength(1);
  expect((await house.calls('sendMessage')).map(({ status }) => status)).toEqual([429, 200]);
  expect(await house.jobs()).toHaveLength(1);
});

test('an edit whose answer was lost leaves one verdict', async () => {
  const house = await startHouse();
  const ada = house.chat(ADA);
  const question = await asked(ada, '/restart local demo');
  await house.fault({ method: 'editMessageText', times: 1, kind: 500, also_applied: true });
  await ada.press(yes(question));
  await ada.until('restarted and healthy');
  const edits = async () => ((await house.calls('editMessageText')).length >= 2 ? true : undefined);
  await waitUntil(edits, { withinMs: 10_000, everyMs: 50, what: 'the second edit' });
  const shown = await ada.showing('restarted and healthy');
  expect(shown.map(({ message_id }) => message_id)).toEqual([question.message_id]);
  expect(await house.jobs()).toHaveLength(1);
});

test('when its message was deleted, the verdict comes in a new one', async () => {
  const house = await startHouse();
  const ada = house.chat(ADA);
  const question = await asked(ada, '/restart local demo');
  await house.fault({ method: 'editMessageText', times: 1, kind: 429, retry_after: 1 });
  await ada.press(yes(question));
  expect(await house.api('deleteMessage', { chat_id: ADA, message_id: question.message_id })).toMatchObject({
    ok: true,
  });
  const verdict = await ada.until('restarted and healthy');
  expect(verdict.message_id).toBeGreaterThan(question.message_id);
  expect(await ada.showing('restarted and healthy')).toHaveLength(1);
});

test('a message whose answer was lost has one twin at the most, and the job ran once', async () => {
  const house = await startHouse();
  await house.fault({ method: 'sendMessage', times: 1, kind: 500, also_applied: true });
  const ada = house.chat(ADA);
  await ada.say('/health');
  const calls = async () => ((await house.calls('sendMessage')).length >= 2 ? true : undefined);
  await waitUntil(calls, { withinMs: 10_000, everyMs: 50, what: 'the second try' });
  await ada.ask('/nodes');
  expect((await ada.showing(/^job /m)).length).toBeLessThanOrEqual(2);
  expect(await house.jobs()).toHaveLength(1);
});

test('an update whose direct answer failed is answered when Telegram is back', async () => {
  const house = await startHouse();
  await house.fault({ method: 'sendMessage', times: 1, kind: 500 });
  const ada = house.chat(ADA);
  await ada.say('/nodes');
  await ada.until('last heard');
  expect(await ada.showing('last heard')).toHaveLength(1);
});

test('all that is sent is protected from being forwarded, and says so to every call', async () => {
  const house = await startHouse();
  await house.chat(ADA).ask('/health');
  await house.chat(ADA).ask('/help');
  const Sent = z.object({ params: z.object({ protect_content: z.union([z.literal(true), z.literal('true')]) }) });
  for (const call of await house.calls('sendMessage')) expect(Sent.safeParse(call).success).toBe(true);
});
