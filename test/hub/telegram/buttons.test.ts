import { describe, expect, test } from 'vitest';
import type { Button } from '#src/hub/telegram/buttons.ts';
import { button, readButton } from '#src/hub/telegram/buttons.ts';
import { freshId, jobId } from '#src/wire/ids.ts';
import { createRandom, hostile } from '../../random.ts';

const ID = jobId('a', 'b');

describe('a button', () => {
  test.each<Button>([
    { act: 'yes', confirm: ID },
    { act: 'no', confirm: ID },
    { act: 'again', confirm: ID },
    { act: 'open', job: ID, index: 0 },
    { act: 'open', job: ID, index: 5 },
    { act: 'cancel', job: ID },
    { act: 'verify', job: ID },
    { act: 'rerun', job: ID },
    { act: 'resolve', job: ID },
    { act: 'pick', draft: ID, owner: 7, choice: 'p1' },
  ])('that means $act is read as it was made', (means) => {
    const made = button('Text', means);
    expect('callback_data' in made && readButton(made.callback_data)).toEqual(means);
  });

  test('holds no more than an opaque id', () => {
    expect(button('Restart web', { act: 'yes', confirm: ID }, 'danger')).toEqual({
      text: 'Restart web',
      callback_data: `y:${ID}`,
      style: 'danger',
    });
    expect(button('Logs', { act: 'open', job: ID, index: 1 })).toEqual({ text: 'Logs', callback_data: `o:${ID}:1` });
  });

  test('can be made with any fresh id', () => {
    const all = Array.from({ length: 500 }, () => button('x', { act: 'yes', confirm: freshId() }));
    expect(all.filter((made) => !('callback_data' in made && readButton(made.callback_data)))).toEqual([]);
  });

  test('of more than 64 bytes is a bug', () => {
    expect(() => button('x', { act: 'yes', confirm: 'x'.repeat(63) })).toThrow('button data of 65 bytes');
  });
});

describe('data that no button of ours carries is not read', () => {
  test.each([
    undefined,
    '',
    'y',
    'y:',
    ID,
    `x:${ID}`,
    `Y:${ID}`,
    `y:${ID.slice(1)}`,
    `y:${ID}0`,
    `y:${ID}:0`,
    `y:${ID.toUpperCase()}`,
    `y:${'i'.repeat(26)}`,
    `y:${'l'.repeat(26)}`,
    `y:${'o'.repeat(26)}`,
    `y:${'u'.repeat(26)}`,
    ` y:${ID}`,
    `y:${ID}\n`,
    `y:${ID} `,
    `o:${ID}`,
    `o:${ID}:`,
    `o:${ID}:10`,
    `o:${ID}:-1`,
    `o:${ID}:x`,
    '/restart web',
    'restart:web',
    '{"act":"yes"}',
  ])('%j', (data) => {
    expect(readButton(data)).toBeUndefined();
  });

  test('nor are 10,000 hostile texts', () => {
    const random = createRandom(64);
    const read = Array.from({ length: 10_000 }, () => readButton(hostile(random, 64))).filter(Boolean);
    expect(read).toEqual([]);
  });
});
