import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import type { Ctx } from '#src/hub/context.ts';
import { createDraftStore, draftKey } from '#src/hub/words/draftStore.ts';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';

const data = (word: string) => ({
  version: [0, 1] as [0, number],
  state: { draft: [{ args: word, replay: { send: [], receive: [] }, interrupts: [0] }] },
});

/** One update of Ada in a chat, as far as the store looks at it. */
function update(more: object = {}): Ctx {
  const here = { chat: { id: 5 }, from: { id: 7 }, msg: {}, log: pino({ level: 'silent' }), ...more };
  return here as unknown as Ctx;
}

function openLedger() {
  const ledger = createSqliteLedger({ file: ':memory:' });
  onTestFinished(() => ledger.close());
  return ledger;
}

test('a draft has its place: chat, topic and person', () => {
  expect(draftKey(update())).toBe('draft 5:0:7');
  expect(draftKey(update({ msg: { is_topic_message: true, message_thread_id: 3 } }))).toBe('draft 5:3:7');
  expect(draftKey(update({ msg: { message_thread_id: 3 } }))).toBe('draft 5:0:7');
  expect(draftKey(update({ msg: { is_topic_message: true, message_thread_id: 1 } }))).toBe('draft 5:0:7');
});

test('what was written is read again, and forgotten when it is deleted', async () => {
  const ledger = openLedger();
  const store = createDraftStore(ledger);
  const first = update();
  expect(await store.read(first)).toBeUndefined();
  await store.write(first, data('one'));
  const second = update();
  expect(await store.read(second)).toEqual(data('one'));
  await store.delete(second);
  expect(await ledger.recall('draft 5:0:7')).toBe('');
  expect(await store.read(update())).toBeUndefined();
});

test('of two who read the same, the second does not write over the first', async () => {
  const store = createDraftStore(openLedger());
  const [first, second, third] = [update(), update(), update()];
  await store.read(first);
  await store.write(first, data('one'));
  await store.read(second);
  await store.read(third);
  await store.write(third, data('two'));
  await store.write(second, data('three'));
  await store.delete(second);
  expect(await store.read(update())).toEqual(data('two'));
});

test('an update that failed leaves the draft as it was, and one that changed nothing writes nothing', async () => {
  const ledger = openLedger();
  const store = createDraftStore(ledger);
  const first = update();
  await store.read(first);
  await store.write(first, data('one'));
  const before = await ledger.recall('draft 5:0:7');
  const failed = update({ failed: true });
  await store.read(failed);
  await store.write(failed, data('two'));
  const same = update();
  await store.write(same, (await store.read(same)) ?? data('three'));
  expect(await ledger.recall('draft 5:0:7')).toBe(before);
});

test.each(['{', '[]', '{"revision":1}', '{"revision":"r","data":{}}'])(
  'what cannot be read is no draft: %s',
  async (text) => {
    const ledger = openLedger();
    await ledger.remember('draft 5:0:7', text);
    expect(await createDraftStore(ledger).read(update())).toBeUndefined();
  },
);
