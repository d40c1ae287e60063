import { Writable } from 'node:stream';
import { Bot, HttpError } from 'grammy';
import { describe, expect, test } from 'vitest';
import { Problem } from '#src/kit/problem.ts';
import { Secret } from '#src/kit/secret.ts';
import { createLog } from '#src/log.ts';

const TOKEN = '123456789:AAExampleExampleExampleExampleExample';
const PASSWORD = 'correct horse battery staple';

/** Some secrets written every way, and the lines that came out. */
function written(write: (log: ReturnType<typeof createLog>) => void, level = 'trace', secrets = [TOKEN, PASSWORD]) {
  const lines: string[] = [];
  const to = new Writable({
    write: (chunk, _, done) => {
      lines.push(String(chunk));
      done();
    },
  });
  write(createLog({ level, secrets: secrets.map((value) => new Secret(value)), to }));
  return lines;
}

const fieldsOf = (line: string | undefined) => {
  const { time: _, ...fields } = JSON.parse(line ?? '{}');
  return fields;
};

test('one event is one line of fields, with its time and without machine names', () => {
  const lines = written((log) => log.child({ job: 'j1' }).info({ node: 'alpha' }, 'accepted\nby it'));
  expect(lines.map(fieldsOf)).toEqual([{ level: 'info', job: 'j1', node: 'alpha', msg: 'accepted\nby it' }]);
  expect(lines[0]).toMatch(/^\{[^\n]*"time":"\d{4}-\d\d-\d\dT[\d:.]+Z"[^\n]*\}\n$/);
});

test('what is under the level is not written', () => {
  const write = (log: ReturnType<typeof createLog>) => {
    log.info('no');
    log.warn('yes');
  };
  expect(written(write, 'warn').map((line) => fieldsOf(line).msg)).toEqual(['yes']);
  expect(written(write, 'silent')).toEqual([]);
});

describe('a secret is hidden', () => {
  const HIDDEN = '[redacted]';

  test('by its type, at any depth', () => {
    const value = new Secret('short');
    const [line] = written((log) => log.info({ value, deep: { list: [{ value }] } }, 'x'), 'info', []);
    expect(fieldsOf(line)).toEqual({ level: 'info', value: HIDDEN, deep: { list: [{ value: HIDDEN }] }, msg: 'x' });
  });

  test('by the name of its field, also when nobody told the log its value', () => {
    const fields = { token: 'a', password: 'b', secret: 'c', authorization: 'd' };
    const [line] = written((log) => log.info({ ...fields, deep: fields, other: 'e' }, 'x'), 'info', []);
    const hidden = { token: HIDDEN, password: HIDDEN, secret: HIDDEN, authorization: HIDDEN };
    expect(fieldsOf(line)).toEqual({ level: 'info', ...hidden, deep: hidden, other: 'e', msg: 'x' });
  });

  test.each<[string, (log: ReturnType<typeof createLog>) => void]>([
    ['in the message', (log) => log.info(`token ${TOKEN} and ${PASSWORD}`)],
    ['in a field', (log) => log.info({ url: `https://api.telegram.org/bot${TOKEN}/getMe`, pw: PASSWORD })],
    ['in the name of a field', (log) => log.info({ [TOKEN]: 1, [PASSWORD]: 2 })],
    ['deep inside', (log) => log.info({ a: { b: { c: [{ d: TOKEN }, PASSWORD] } } })],
    ['in the fields of a child', (log) => log.child({ url: TOKEN, pw: PASSWORD }).info('x')],
    ['in an argument of the message', (log) => log.info('with %s and %j', TOKEN, { PASSWORD })],
    ['in an error', (log) => log.error({ err: new Error(`GET /bot${TOKEN} ${PASSWORD}`) })],
    ['in an error that is the whole event', (log) => log.error(new Error(`GET /bot${TOKEN} ${PASSWORD}`))],
    ['in a cause', (log) => log.error({ err: new Problem('x', 'y', { cause: new Error(TOKEN + PASSWORD) }) })],
    ['in evidence', (log) => log.error({ err: new Problem('x', 'y', { evidence: TOKEN + PASSWORD }) })],
    [
      'in an aggregate',
      (log) => log.error({ err: new AggregateError([new Error(TOKEN), new Error(PASSWORD)], 'all') }),
    ],
    ['twice in a line', (log) => log.info(`${TOKEN}${TOKEN} ${PASSWORD} ${PASSWORD}`)],
  ])('by its value %s', (_, write) => {
    const lines = written(write);
    expect(lines).toHaveLength(1);
    expect(lines.join('')).not.toContain('AAExample');
    expect(lines.join('')).not.toContain('correct horse');
    expect(() => JSON.parse(lines[0] ?? '')).not.toThrow();
  });

  test('by its value when JSON has to escape it', () => {
    const odd = 'pass"word\\with/odd\tparts';
    const lines = written((log) => log.error({ err: new Error(`login with ${odd}`), odd }, odd), 'info', [odd]);
    expect(lines.join('')).not.toContain('word\\\\with');
  });

  test('by its form when it is a bot token that nobody told the log about', () => {
    const [line] = written(
      (log) => log.info({ url: `http://127.0.0.1/bot${TOKEN}/getMe` }, `file ${TOKEN}`),
      'info',
      [],
    );
    expect(fieldsOf(line)).toEqual({
      level: 'info',
      url: `http://127.0.0.1/bot${HIDDEN}/getMe`,
      msg: `file ${HIDDEN}`,
    });
  });

  test('but not words that only look a little like one', () => {
    const [line] = written((log) => log.info({ at: '12:30:45', id: '123456:short', job: 'a1b2c3' }, 'x'), 'info', []);
    expect(fieldsOf(line)).toEqual({ level: 'info', at: '12:30:45', id: '123456:short', job: 'a1b2c3', msg: 'x' });
  });
});

describe("grammY's own errors", () => {
  test('do not carry the token into the log when Telegram cannot be reached', async () => {
    const bot = new Bot(TOKEN, { client: { apiRoot: 'http://127.0.0.1:1', sensitiveLogs: true } });
    const error = await bot.api.getMe().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(HttpError);
    expect((error as HttpError).message).toContain(TOKEN);
    const lines = written((log) => log.error({ err: error }, `failed: ${error}`), 'info', []);
    expect(lines).toHaveLength(1);
    expect(lines.join('')).toContain('getMe');
    expect(lines.join('')).not.toContain('AAExample');
  });

  test('do not carry the token that stands in the error behind them', () => {
    const inner = Object.assign(new Error(`request to https://api.telegram.org/bot${TOKEN}/getUpdates failed`), {
      config: { url: `https://api.telegram.org/bot${TOKEN}/getUpdates` },
    });
    const lines = written((log) => log.warn({ err: new HttpError('Network request failed!', inner) }), 'info', []);
    expect(lines.join('')).toContain('Network request failed!');
    expect(lines.join('')).not.toContain('AAExample');
  });
});
