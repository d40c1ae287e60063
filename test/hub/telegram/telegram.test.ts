import { GrammyError, HttpError } from 'grammy';
import { describe, expect, test } from 'vitest';
import type { Trouble } from '#src/hub/telegram/telegram.ts';
import { troubleOf } from '#src/hub/telegram/telegram.ts';

const refusal = (error_code: number, description: string, parameters: { retry_after?: number } = {}) =>
  new GrammyError('x', { ok: false, error_code, description, parameters }, 'sendMessage', {});

describe('what an error of the Bot API means', () => {
  test.each<[string, Error, Trouble]>([
    ['nobody knows whether it took effect', new HttpError('timeout', new Error('x')), { kind: 'later', ms: 5_000 }],
    [
      'too many requests',
      refusal(429, 'Too Many Requests: retry after 7', { retry_after: 7 }),
      { kind: 'later', ms: 7_000 },
    ],
    ['too many requests without a time', refusal(429, 'Too Many Requests'), { kind: 'later', ms: 5_000 }],
    ['trouble at Telegram', refusal(502, 'Bad Gateway'), { kind: 'later', ms: 5_000 }],
    [
      'it shows this already',
      refusal(
        400,
        'Bad Request: message is not modified: specified new message content and reply markup are exactly the same',
      ),
      { kind: 'same' },
    ],
    ['the message is gone', refusal(400, 'Bad Request: message to edit not found'), { kind: 'gone' }],
    ['it is not ours to edit', refusal(400, "Bad Request: message can't be edited"), { kind: 'gone' }],
    ['its id means nothing', refusal(400, 'Bad Request: MESSAGE_ID_INVALID'), { kind: 'gone' }],
    [
      'our markup is broken',
      refusal(400, 'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 0'),
      { kind: 'markup' },
    ],
    ['its topic is gone', refusal(400, 'Bad Request: message thread not found'), { kind: 'no topic' }],
    ['its topic is closed', refusal(400, 'Bad Request: TOPIC_CLOSED'), { kind: 'no topic' }],
    ['our text is too long', refusal(400, 'Bad Request: message is too long'), { kind: 'markup' }],
    ['our text is too long, in other words', refusal(400, 'Bad Request: MESSAGE_TOO_LONG'), { kind: 'markup' }],
    ['we are blocked', refusal(403, 'Forbidden: bot was blocked by the user'), { kind: 'never' }],
    ['we were kicked', refusal(403, 'Forbidden: bot was kicked from the supergroup chat'), { kind: 'never' }],
    ['there is no such chat', refusal(400, 'Bad Request: chat not found'), { kind: 'never' }],
    ['the token is wrong', refusal(401, 'Unauthorized'), { kind: 'never' }],
  ])('%s', (_, error, trouble) => {
    expect(troubleOf(error)).toEqual(trouble);
  });

  test.each([new TypeError('a bug'), 'thrown text', undefined])('anything else is thrown on: %s', (error) => {
    let thrown: unknown = 'nothing';
    try {
      troubleOf(error);
    } catch (caught) {
      thrown = caught;
    }
    expect(thrown).toBe(error);
  });
});
