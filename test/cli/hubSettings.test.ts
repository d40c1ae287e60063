import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hubKeys, readHubSettings } from '#src/cli/hubSettings.ts';
import { readSettings, redisOf, secretsOf, tokenOf } from '#src/cli/settings.ts';
import { loadKeys, makeKeys } from '#src/wire/keys.ts';
import { temporaryFolder } from '../adapters/temporary.ts';

const SECRET = 'x'.repeat(32);
const WEB = { HUB_URL: 'https://hub.example.org', TELEGRAM_WEBHOOK_SECRET: SECRET };
const REDIS = 'redis://alpha:p%40ssword-of-alpha@127.0.0.1:6379';
const problem = (...words: string[]) =>
  expect.objectContaining({
    code: 'environment',
    message: expect.toSatisfy((message: string) => words.every((word) => message.includes(word))),
  });

describe('a hub', () => {
  test('with nothing said polls, listens nowhere and has time of its own', () => {
    expect(readHubSettings({})).toEqual({ sleeps: false });
  });

  test('with an address and a secret takes updates by webhook', () => {
    const { webhook, ...rest } = readHubSettings({ ...WEB, HUB_TICK_SECRET: SECRET });
    expect(webhook?.url).toBe('https://hub.example.org/telegram');
    expect(webhook?.secret.reveal()).toBe(SECRET);
    expect(rest).toMatchObject({ sleeps: false, port: 8080 });
  });

  test('polls with one of the two alone', () => {
    expect(readHubSettings({ HUB_URL: WEB.HUB_URL }).webhook).toBeUndefined();
    expect(readHubSettings({ TELEGRAM_WEBHOOK_SECRET: SECRET }).webhook).toBeUndefined();
  });

  test('sleeps on Cloud Run, or where it is told to, and then cannot poll', () => {
    const ticked = { ...WEB, HUB_TICK_SECRET: SECRET };
    expect(readHubSettings({ ...ticked, K_SERVICE: 'nightguard', PORT: '9000' })).toMatchObject({
      sleeps: true,
      port: 9000,
    });
    expect(readHubSettings({ ...ticked, HUB_SLEEPS: '1' }).sleeps).toBe(true);
    expect(readHubSettings({ ...WEB, K_SERVICE: 'nightguard', HUB_SLEEPS: '0' }).sleeps).toBe(false);
    expect(() => readHubSettings({ K_SERVICE: 'nightguard' })).toThrow(problem('HUB_URL', 'openssl rand -hex 32'));
  });

  test('does not sleep without a clock outside that wakes it', () => {
    expect(() => readHubSettings({ ...WEB, HUB_SLEEPS: '1' })).toThrow(
      problem('HUB_TICK_SECRET', 'POST', 'https://hub.example.org/tick', 'openssl rand -hex 32'),
    );
    expect(readHubSettings({ ...WEB, HUB_SLEEPS: '0' }).tickSecret).toBeUndefined();
  });

  test.each([
    ['of 31 characters', 'x'.repeat(31)],
    ['of 257 characters', 'x'.repeat(257)],
    ['with a space', `${SECRET} `],
    ['with a letter of another alphabet', `${SECRET}é`],
    ['with a colon', `${SECRET}:`],
  ])('refuses a secret %s with the command that makes one, and does not repeat it', (_, secret) => {
    for (const name of ['TELEGRAM_WEBHOOK_SECRET', 'HUB_TICK_SECRET']) {
      const refusal = () => readHubSettings({ ...WEB, [name]: secret });
      expect(refusal).toThrow(problem(name, 'openssl rand -hex 32'));
      expect(refusal).not.toThrow(secret.trim());
    }
  });

  test.each(['http://hub.example.org', 'ftp://hub.example.org', 'hub.example.org', 'http://127.0.0.1.example.org'])(
    'refuses the address %s',
    (url) => {
      expect(() => readHubSettings({ ...WEB, HUB_URL: url })).toThrow(problem('HUB_URL', 'https://'));
    },
  );

  test('may be without encryption on this machine', () => {
    expect(readHubSettings({ ...WEB, HUB_URL: 'http://127.0.0.1:8080' }).webhook?.url).toBe(
      'http://127.0.0.1:8080/telegram',
    );
  });
});

describe("the hub's keys", () => {
  test('may come as the text of a key file, or as its path', async () => {
    const { sign, encrypt, public: key } = await makeKeys();
    const text = JSON.stringify({ sign, encrypt });
    const file = join(await temporaryFolder(), 'keys.json');
    await writeFile(file, `${text}\n`);
    expect(readHubSettings({ NIGHTGUARD_HUB_KEYS: text }).keys?.public).toBe(key);
    expect((await hubKeys(readHubSettings({ NIGHTGUARD_HUB_KEYS_FILE: file }), '/nowhere')).public).toBe(key);
  });

  test('are refused when they are none, without a word of them', () => {
    const refusal = () => readHubSettings({ NIGHTGUARD_HUB_KEYS: '{"sign":"hush"}' });
    expect(refusal).toThrow(problem('NIGHTGUARD_HUB_KEYS'));
    expect(refusal).not.toThrow('hush');
  });

  test('are else those of the state folder, but never fresh ones at each start', async () => {
    const state = await temporaryFolder();
    const { public: key } = await loadKeys(join(state, 'keys', 'hub.json'));
    expect((await hubKeys(readHubSettings({}), state)).public).toBe(key);
    await expect(
      hubKeys(readHubSettings({ ...WEB, HUB_TICK_SECRET: SECRET, K_SERVICE: 'x' }), state),
    ).rejects.toMatchObject({
      code: 'key-file',
      message: expect.stringContaining('NIGHTGUARD_HUB_KEYS'),
    });
  });
});

describe('a secret in a file', () => {
  test('counts as if it stood in the variable', async () => {
    const file = join(await temporaryFolder(), 'token');
    await writeFile(file, '123456:ABCdefGHI_-jkl\n');
    const { token, state } = readSettings({ TELEGRAM_BOT_TOKEN_FILE: file, NIGHTGUARD_STATE: '/state' });
    expect(token?.reveal()).toBe('123456:ABCdefGHI_-jkl');
    expect(state).toBe('/state');
  });

  test('that is not there, or is empty, is named', async () => {
    const empty = join(await temporaryFolder(), 'empty');
    await writeFile(empty, '\n');
    expect(() => readSettings({ REDIS_URL_FILE: '/nowhere/redis' })).toThrow(
      problem('REDIS_URL_FILE', '/nowhere/redis', 'ENOENT'),
    );
    expect(() => readSettings({ REDIS_URL_FILE: empty })).toThrow(problem('REDIS_URL_FILE', 'is empty'));
  });

  test('beside one in the variable is one too many', () => {
    expect(() => readSettings({ REDIS_URL: REDIS, REDIS_URL_FILE: '/run/redis' })).toThrow(
      problem('REDIS_URL', 'leave one of them out'),
    );
  });
});

describe('what a command cannot do without is asked for', () => {
  test('the ledger that machines share, and the token', () => {
    const none = readSettings({});
    expect(() => redisOf(none)).toThrow(problem('REDIS_URL'));
    expect(() => tokenOf(none)).toThrow(expect.objectContaining({ code: 'token' }));
    expect(redisOf(readSettings({ REDIS_URL: REDIS })).url.reveal()).toBe(REDIS);
  });

  test('an agent has the state of the machine, although it has no token', () => {
    expect(readSettings({ NIGHTGUARD_STATE: '/state' }, 'real')).toMatchObject({
      state: '/state',
      config: '/state/nightguard.yaml',
    });
  });

  test('no log may show the address of Redis or the password in it', () => {
    const secrets = secretsOf(readSettings({ REDIS_URL: REDIS })).map((secret) => secret.reveal());
    expect(secrets).toEqual([REDIS, 'p%40ssword-of-alpha', 'p@ssword-of-alpha']);
  });
});
