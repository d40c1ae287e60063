import { homedir } from 'node:os';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { readSettings } from '#src/cli/settings.ts';
import { Problem } from '#src/kit/problem.ts';

const TOKEN = '123456:ABCdefGHI_-jkl';

describe('the environment', () => {
  test('that is empty means the sandbox', () => {
    expect(readSettings({})).toEqual({
      token: undefined,
      apiRoot: 'https://api.telegram.org',
      operators: [],
      sandboxPort: 8787,
      state: `${homedir()}/.local/state/nightguard/sandbox`,
      config: `${homedir()}/.local/state/nightguard/sandbox/nightguard.yaml`,
      logLevel: 'warn',
    });
  });

  test('with a token means Telegram, with a state of its own', () => {
    const { token, ...rest } = readSettings({ TELEGRAM_BOT_TOKEN: TOKEN, NIGHTGUARD_STATE: '/state' });
    expect(token?.reveal()).toBe(TOKEN);
    expect(rest).toEqual({
      apiRoot: 'https://api.telegram.org',
      operators: [],
      sandboxPort: 8787,
      state: '/state',
      config: '/state/nightguard.yaml',
      logLevel: 'warn',
    });
  });

  test('can set everything else', () => {
    const env = {
      NIGHTGUARD_STATE: '/state',
      NIGHTGUARD_CONFIG: '/etc/nightguard.yaml',
      NIGHTGUARD_LOG: 'debug',
      NIGHTGUARD_OPERATORS: '7',
      TELEGRAM_API_ROOT: 'http://127.0.0.1:8787',
      SANDBOX_PORT: '0',
      PATH: '/bin',
    };
    expect(readSettings(env)).toEqual({
      token: undefined,
      apiRoot: 'http://127.0.0.1:8787',
      operators: [{ id: 7, role: 'admin', name: '7' }],
      sandboxPort: 0,
      state: '/state/sandbox',
      config: '/etc/nightguard.yaml',
      logLevel: 'debug',
    });
  });

  test('takes a variable that is set to nothing as not set', () => {
    const empty = ['NIGHTGUARD_STATE', 'NIGHTGUARD_CONFIG', 'NIGHTGUARD_LOG', 'NIGHTGUARD_OPERATORS'];
    const more = ['TELEGRAM_BOT_TOKEN', 'TELEGRAM_API_ROOT', 'SANDBOX_PORT'];
    expect(readSettings(Object.fromEntries([...empty, ...more].map((name) => [name, ''])))).toEqual(readSettings({}));
  });

  test('does not print the token', () => {
    const settings = readSettings({ TELEGRAM_BOT_TOKEN: TOKEN });
    expect(inspect(settings, { depth: 9 }) + JSON.stringify(settings)).not.toContain('ABCdef');
  });
});

describe('the people of the environment', () => {
  test.each([
    ['7', [{ id: 7, role: 'admin', name: '7' }]],
    ['7:viewer', [{ id: 7, role: 'viewer', name: '7' }]],
    ['7:operator:Ben', [{ id: 7, role: 'operator', name: 'Ben' }]],
    [
      '7, 8:viewer , 9:operator:Cleo',
      [
        { id: 7, role: 'admin', name: '7' },
        { id: 8, role: 'viewer', name: '8' },
        { id: 9, role: 'operator', name: 'Cleo' },
      ],
    ],
  ])('%s', (text, operators) => {
    expect(readSettings({ NIGHTGUARD_OPERATORS: text }).operators).toEqual(operators);
  });

  test.each([
    '@ada',
    'ada',
    '-100',
    '0',
    '07',
    '1.5',
    '7:root',
    '7,,8',
    '7,',
    '7 8',
    '1087968824',
    '136817688:admin',
    '777000:viewer:Telegram',
    '99999999999999999999',
    '7:admin:',
    `7:admin:${'x'.repeat(41)}`,
  ])('are refused as %j', (text) => {
    expect(() => readSettings({ NIGHTGUARD_OPERATORS: text })).toThrow(
      expect.objectContaining({ code: 'environment', message: expect.stringContaining('NIGHTGUARD_OPERATORS') }),
    );
  });

  test('are refused with a sentence that says why', () => {
    expect(() => readSettings({ NIGHTGUARD_OPERATORS: '@ada' })).toThrow(
      new Problem(
        'environment',
        'In the environment, NIGHTGUARD_OPERATORS: "@ada" is not a numeric Telegram id; a @name can change hands.',
      ),
    );
    expect(() => readSettings({ NIGHTGUARD_OPERATORS: '7:root' })).toThrow(
      new Problem(
        'environment',
        'In the environment, NIGHTGUARD_OPERATORS: "root" is no role: viewer, operator, admin.',
      ),
    );
  });
});

describe('a variable that cannot be right is named', () => {
  test.each([
    ['SANDBOX_PORT', '65536'],
    ['SANDBOX_PORT', '-1'],
    ['SANDBOX_PORT', 'http'],
    ['SANDBOX_PORT', '80.5'],
    ['NIGHTGUARD_LOG', 'loud'],
    ['TELEGRAM_API_ROOT', 'api.telegram.org'],
  ])('%s=%s', (name, value) => {
    expect(() => readSettings({ [name]: value })).toThrow(
      expect.objectContaining({
        code: 'environment',
        message: expect.stringContaining(`In the environment, ${name}: `),
      }),
    );
  });

  test.each([
    '123456',
    '123456:',
    '123456:short',
    ':ABCdefGHI_-jkl',
    `bot${TOKEN}`,
    `${TOKEN} `,
    `${TOKEN}\n`,
    'abc:ABCdefGHI',
  ])('TELEGRAM_BOT_TOKEN=%j, without repeating it', (token) => {
    expect(() => readSettings({ TELEGRAM_BOT_TOKEN: token })).toThrow(
      new Problem(
        'token',
        'TELEGRAM_BOT_TOKEN is not a bot token: it looks like 123456:ABC… and comes from @BotFather.',
      ),
    );
  });
});
