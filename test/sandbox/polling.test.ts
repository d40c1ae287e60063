import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import type { TestSandbox } from './fixture.ts';
import { closeAll, startSandbox, TOKEN, UpdateList } from './fixture.ts';

const OTHER = 'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running';
let world: TestSandbox;
beforeEach(async () => {
  world = await startSandbox();
});
afterEach(closeAll);

async function sayTimes(count: number) {
  for (let i = 1; i <= count; i += 1) await world.say({ text: `m${i}` });
  const updates = await world.updates();
  return { updates, first: updates[0]?.update_id ?? 0 };
}

const texts = (updates: { message?: { text?: string | undefined } | undefined }[]) =>
  updates.map(({ message }) => message?.text);

describe('getUpdates', () => {
  it('gives updates again until an offset above them is asked for', async () => {
    const { updates, first } = await sayTimes(3);
    expect(updates.map(({ update_id }) => update_id - first)).toEqual([0, 1, 2]);
    expect(await world.updates()).toEqual(updates);
    expect(texts(await world.updates({ offset: first + 1 }))).toEqual(['m2', 'm3']);
    expect(texts(await world.updates())).toEqual(['m2', 'm3']);
    expect(await world.updates({ offset: first + 3 })).toEqual([]);
  });

  it('keeps to the limit, between 1 and 100', async () => {
    await sayTimes(3);
    expect(texts(await world.updates({ limit: 2 }))).toEqual(['m1', 'm2']);
    expect(texts(await world.updates({ limit: 0 }))).toEqual(['m1']);
  });

  it('with a negative offset gives the last ones and forgets the others', async () => {
    await sayTimes(4);
    expect(texts(await world.updates({ offset: -2 }))).toEqual(['m3', 'm4']);
    expect(texts(await world.updates())).toEqual(['m3', 'm4']);
  });

  it('with an offset far in the future forgets nothing', async () => {
    const { first } = await sayTimes(2);
    expect(texts(await world.updates({ offset: first + 1000 }))).toEqual(['m1', 'm2']);
  });

  it('forgets messages after 24 hours', async () => {
    await sayTimes(1);
    world.pass(24 * 3600 - 1);
    expect(await world.updates()).toHaveLength(1);
    world.pass(2);
    expect(await world.updates()).toEqual([]);
  });

  it('waits for the next update', async () => {
    const waiting = world.updates({ timeout: 30 });
    await world.say({ text: 'at last' });
    expect(texts(await waiting)).toEqual(['at last']);
  });

  it('comes back empty when the time is over', async () => {
    expect(await world.updates({ timeout: 1 })).toEqual([]);
  });

  it('is ended by another one that has to wait, and by setWebhook', async () => {
    const first = world.api('getUpdates', { timeout: 30 });
    const second = world.api('getUpdates', { timeout: 30 });
    const ended = await Promise.race([first, second]);
    expect(ended).toEqual({ status: 409, ok: false, error_code: 409, description: OTHER });
    await world.api('setWebhook', { url: 'http://127.0.0.1:9/hook' });
    const both = await Promise.all([first, second]);
    expect(both.map(({ description }) => description)).toContain('Conflict: terminated by setWebhook request');
  });

  it('is refused while a webhook is set', async () => {
    await world.api('setWebhook', { url: 'http://127.0.0.1:9/hook' });
    expect(await world.api('getUpdates')).toMatchObject({
      error_code: 409,
      description:
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    });
    await world.api('deleteWebhook');
    expect(await world.updates()).toEqual([]);
  });

  it('does not lose updates to a caller that has hung up', async () => {
    const caller = new AbortController();
    const url = `${world.sandbox.url}/bot${TOKEN}/getUpdates?timeout=30`;
    const left = fetch(url, { signal: caller.signal }).catch(() => 'left');
    await world.beginning(1);
    caller.abort();
    expect(await left).toBe('left');
    await expect.poll(() => world.calls().then((calls) => calls.length)).toBe(1);
    await world.say({ text: 'still here' });
    expect(texts(await world.updates())).toEqual(['still here']);
  });

  it('ends with 500 when the sandbox closes', async () => {
    const waiting = world.api('getUpdates', { timeout: 30 }).catch(() => ({ status: 0, description: 'hung up' }));
    await world.beginning(1);
    await world.sandbox.close();
    expect([500, 0]).toContain((await waiting).status);
  });
});

describe('allowed_updates', () => {
  test.each<[string, unknown, string[]]>([
    ['leaves the choice when absent', undefined, ['message', 'edited_message', 'callback_query']],
    ['means the default when empty', [], ['message', 'edited_message', 'callback_query']],
    ['means the default when nothing is known', ['planets'], ['message', 'edited_message', 'callback_query']],
    ['keeps to what is named', ['Message', 'planets'], ['message']],
    ['is ignored when it is no list', '{', ['message', 'edited_message', 'callback_query']],
  ])('%s', async (_, allowed_updates, kinds) => {
    const quick = await startSandbox({ times: { press: 5 } });
    await quick.updates({ allowed_updates });
    const { message_id } = await quick.say({ text: 'a' });
    await quick.say({ text: 'b', edit: message_id });
    await quick.client('press', { chat: 1001, message_id, from: 1001, data: 'x' });
    const updates = await quick.updates();
    expect(updates.map((update) => Object.keys(update).find((key) => key !== 'update_id'))).toEqual(kinds);
  });

  it('holds for what comes later, not for what is already there', async () => {
    await world.say({ text: 'a' });
    expect(await world.updates({ allowed_updates: ['callback_query'] })).toHaveLength(1);
    await world.say({ text: 'b' });
    expect(texts(await world.updates())).toEqual(['a']);
  });
});

describe('with limits', () => {
  it('asking the same again at once waits, and gets one update', async () => {
    const strict = await startSandbox({ limits: true });
    expect(await strict.updates()).toEqual([]);
    const waiting = strict.api('getUpdates');
    await strict.say({ text: 'a' });
    await strict.say({ text: 'b' });
    expect(texts(UpdateList.parse((await waiting).result))).toEqual(['a']);
    expect(texts(await strict.updates())).toEqual(['a']);
    strict.pass(3);
    expect(texts(await strict.updates())).toEqual(['a', 'b']);
  });

  it('a second conflict within three seconds is answered late', async () => {
    const strict = await startSandbox({ limits: true, times: { conflict: 300 } });
    await strict.api('setWebhook', { url: 'http://127.0.0.1:9/hook' });
    const began = performance.now();
    await strict.api('getUpdates');
    const quick = performance.now() - began;
    await strict.api('getUpdates');
    expect(performance.now() - began - quick).toBeGreaterThan(250);
  });
});
