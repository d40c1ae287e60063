import { pino } from 'pino';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { createBot } from '#src/hub/bot.ts';
import { HubConfig } from '#src/hub/config.ts';
import { createMe, warningsOf } from '#src/hub/telegram/me.ts';
import { createWebhookKeeper } from '#src/hub/telegram/webhook.ts';
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
  const keeper = (secret = SECRET) =>
    createWebhookKeeper({
      ...{ api: bot.api, config, ledger, log, now: () => clock.now },
      target: { url: URL, secret: new Secret(secret) },
    });
  const told = async (chat: number) =>
    (await world.messages(chat)).map(({ text }) => text).filter((text) => text?.includes('token'));
  const sets = async () => (await world.calls()).filter(({ method }) => method === 'setWebhook').length;
  return { ...world, ledger, bot, log, clock, keeper, told, sets };
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
  const { bot, ledger, log, sandbox, calls } = await setUp();
  await createMe({ bot, chats: [], ledger, log }).ready();
  const later = createBot({ token: new Secret(TOKEN), apiRoot: sandbox.url });
  await createMe({ bot: later, chats: [], ledger, log }).ready();
  expect(later.botInfo).toEqual(bot.botInfo);
  expect((await calls()).filter(({ method }) => method === 'getMe')).toHaveLength(1);
});

test('a bot that could not learn its name tries again', async () => {
  const { bot, ledger, log, client } = await setUp();
  const me = createMe({ bot, chats: [], ledger, log });
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
