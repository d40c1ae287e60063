import type { Update } from 'grammy/types';
import { pino } from 'pino';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { createBot } from '#src/hub/bot.ts';
import { HubConfig } from '#src/hub/config.ts';
import { createAdmins } from '#src/hub/telegram/admins.ts';
import { createMe, warningsOf } from '#src/hub/telegram/me.ts';
import { createNoWebhook } from '#src/hub/telegram/noWebhook.ts';
import { createWebhookKeeper } from '#src/hub/telegram/webhook.ts';
import { poll } from '#src/hub/updates/poll.ts';
import { Secret } from '#src/kit/secret.ts';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import { ADA, BEN, closeAll, startSandbox, TOKEN } from '../../sandbox/fixture.ts';

const URL = 'http://127.0.0.1:9/telegram';
const SECRET = 'a'.repeat(32);
const HEARD = ['message', 'callback_query', 'my_chat_member'];

afterEach(closeAll);

async function setUp() {
  const world = await startSandbox();
  const ledger = createSqliteLedger({ file: ':memory:' });
  onTestFinished(() => ledger.close());
  const bot = createBot({ token: new Secret(TOKEN), apiRoot: world.sandbox.url });
  const config = HubConfig.parse({
    operators: [
      { id: ADA, name: 'Ada', role: 'admin' },
      { id: BEN, name: 'Ben', role: 'operator' },
    ],
  });
  const clock = { now: Date.now() };
  const log = pino({ level: 'silent' });
  const about = { api: bot.api, ledger, log, now: () => clock.now };
  const admins = createAdmins({ ...about, config });
  const keeper = (secret = SECRET) =>
    createWebhookKeeper({
      ...{ ...about, admins },
      target: { url: URL, secret: new Secret(secret) },
    });
  const told = async (chat: number) =>
    (await world.messages(chat)).map(({ text }) => text).filter((text) => text?.includes('token'));
  const sets = async () => (await world.calls()).filter(({ method }) => method === 'setWebhook').length;
  const me = (of = bot) => createMe({ bot: of, chats: [], ledger, admins, log });
  const polling = createNoWebhook({ ...about, admins });
  return { ...world, ledger, bot, log, clock, keeper, polling, me, told, sets };
}

test('a webhook is set with its secret and nothing but what is heard, once', async () => {
  const { api, keeper, sets } = await setUp();
  expect(await keeper().isKnown()).toBe(false);
  await keeper().assert();
  await keeper().assert();
  expect(await keeper().isKnown()).toBe(true);
  expect((await api('getWebhookInfo')).result).toMatchObject({ url: URL, max_connections: 20, allowed_updates: HEARD });
  expect(await sets()).toBe(1);
});

test('a new secret is another webhook', async () => {
  const { keeper, sets } = await setUp();
  await keeper().assert();
  const renewed = keeper('b'.repeat(32));
  expect(await renewed.isKnown()).toBe(false);
  await renewed.assert();
  expect(await sets()).toBe(2);
});

test('kinds of updates that somebody let in are shut out again', async () => {
  const { api, keeper, told } = await setUp();
  await keeper().assert();
  await api('setWebhook', { url: URL, secret_token: SECRET, allowed_updates: ['message', 'inline_query'] });
  await keeper().assert();
  expect((await api('getWebhookInfo')).result).toMatchObject({ allowed_updates: HEARD });
  expect(await told(ADA)).toEqual([]);
});

test("somebody else's webhook is set back, and the admins hear of it once a day", async () => {
  const { api, client, clock, keeper, told } = await setUp();
  await client('say', { chat: ADA, from: ADA, text: '/start' });
  await keeper().assert();
  const steal = () => api('setWebhook', { url: 'https://evil.example/with-a-secret-path' });
  await steal();
  await keeper().assert();
  await steal();
  await keeper().assert();
  expect((await api('getWebhookInfo')).result).toMatchObject({ url: URL });
  expect(await told(ADA)).toEqual([
    "⚠️ Somebody else's webhook was set (evil.example). It was set back. Whoever did it has the bot's token: get a new one from @BotFather (/revoke).",
  ]);
  expect(await told(BEN)).toEqual([]);
  clock.now += 86_400_000;
  await steal();
  await keeper().assert();
  expect(await told(ADA)).toHaveLength(2);
});

test('a hub that sets the webhook while another one asks for it is nobody strange', async () => {
  const { bot, client, keeper, told } = await setUp();
  await client('say', { chat: ADA, from: ADA, text: '/start' });
  let isFirst = true;
  bot.api.config.use(async (prev, method, payload, signal) => {
    const answer = await prev(method, payload, signal);
    if (method === 'getWebhookInfo' && isFirst) {
      isFirst = false;
      await keeper().assert();
    }
    return answer;
  });
  await keeper().assert();
  expect(await told(ADA)).toEqual([]);
});

test('a webhook that was taken away is said as well', async () => {
  const { api, keeper, told } = await setUp();
  await keeper().assert();
  await api('deleteWebhook');
  await keeper().assert();
  expect((await api('getWebhookInfo')).result).toMatchObject({ url: URL });
  expect(await told(ADA)).toHaveLength(1);
});

test('the bot knows its name from the ledger, and asks Telegram only the first time', async () => {
  const { bot, sandbox, calls, me } = await setUp();
  await me().ready();
  const later = createBot({ token: new Secret(TOKEN), apiRoot: sandbox.url });
  await me(later).ready();
  expect(later.botInfo).toEqual(bot.botInfo);
  expect((await calls()).filter(({ method }) => method === 'getMe')).toHaveLength(1);
});

test('a bot that could not learn its name tries again', async () => {
  const { bot, client, ...made } = await setUp();
  const me = made.me();
  await client('faults', { method: 'getMe', times: 1, kind: 500 });
  await expect(me.ready()).rejects.toThrow();
  await me.ready();
  expect(bot.botInfo.username).toBe('nightguard_sandbox_bot');
});

test.each([
  ['can_join_groups', '/setjoingroups'],
  ['supports_inline_queries', '/setinline'],
  ['can_connect_to_business', 'Bot Settings'],
  ['supports_guest_queries', 'Bot Settings'],
  ['can_read_all_group_messages', '/setprivacy'],
])('%s is a door that is warned of', (flag, where) => {
  expect(warningsOf({ [flag]: true }, [])).toEqual([expect.stringContaining(where)]);
  expect(warningsOf({ [flag]: false }, [])).toEqual([]);
});

test('a bot that is used in groups may be put into groups', () => {
  expect(warningsOf({ can_join_groups: true }, [-1])).toEqual([]);
});

test('what opens a door that nobody uses is told to the admins, once however often the hub starts', async () => {
  const { client, clock, me, messages } = await setUp();
  await client('say', { chat: ADA, from: ADA, text: '/start' });
  const told = async () => (await messages(ADA)).filter(({ text }) => text?.includes('/setjoingroups')).length;
  const first = me();
  await first.refresh();
  await first.refresh();
  await me().refresh();
  expect(await told()).toBe(1);
  clock.now += 86_400_000;
  await me().refresh();
  expect(await told()).toBe(1);
});

test('where the bot polls, a webhook is taken away, and said unless it was our own', async () => {
  const { api, client, keeper, polling, told } = await setUp();
  await client('say', { chat: ADA, from: ADA, text: '/start' });
  await keeper().assert();
  await polling.assert();
  expect((await api('getWebhookInfo')).result).toMatchObject({ url: '' });
  expect(await told(ADA)).toEqual([]);
  await api('setWebhook', { url: 'https://evil.example/with-a-secret-path' });
  await polling.assert();
  expect((await api('getWebhookInfo')).result).toMatchObject({ url: '' });
  expect(await told(ADA)).toEqual([
    "⚠️ Somebody's webhook was set (evil.example), where this bot polls. It was taken away. Unless you did it, whoever did has the bot's token: get a new one from @BotFather (/revoke).",
  ]);
});

test('a webhook that is set while the bot polls makes it deaf for no longer than a moment', async () => {
  const { api, bot, client, log, polling, told } = await setUp();
  await client('say', { chat: ADA, from: ADA, text: '/start' });
  const heard: (string | undefined)[] = [];
  const stopping = new AbortController();
  const receive = async ({ message }: Update) => {
    heard.push(message?.text);
    return { outcome: 'taken' as const };
  };
  const polls = poll({ api: bot.api, receive, conflict: polling.conflict, log }, stopping.signal);
  await expect.poll(() => heard).toEqual(['/start']);
  await api('setWebhook', { url: 'https://evil.example/' });
  await expect.poll(async () => await told(ADA)).toHaveLength(1);
  await client('say', { chat: ADA, from: ADA, text: '/nodes' });
  await expect.poll(() => heard, { timeout: 10_000 }).toEqual(['/start', '/nodes']);
  stopping.abort();
  await polls;
});

test('another program that fetches the updates again and again is told to the admins', async () => {
  const { client, polling, told } = await setUp();
  await client('say', { chat: ADA, from: ADA, text: '/start' });
  for (const times of [1, 2]) await polling.conflict(times, 'terminated by other getUpdates request');
  expect(await told(ADA)).toEqual([]);
  for (const times of [3, 4]) await polling.conflict(times, 'terminated by other getUpdates request');
  expect(await told(ADA)).toEqual([expect.stringContaining('Somebody else fetches the updates of this bot')]);
});
