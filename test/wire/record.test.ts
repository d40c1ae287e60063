import { expect, test } from 'vitest';
import { z } from 'zod';
import { makeKeys } from '#src/wire/keys.ts';
import { createRecordSeal } from '#src/wire/record.ts';

const Value = z.strictObject({ name: z.string(), at: z.number() });
const value = { name: 'alpha', at: 1 };
const keys = await makeKeys();
const own = createRecordSeal(keys);

test('a record opens under its name, in this life and in the next', () => {
  const text = own.close('node alpha', value);
  expect(own.open('node alpha', text, Value)).toEqual(value);
  expect(createRecordSeal(keys).open('node alpha', text, Value)).toEqual(value);
});

test('what it says cannot be read, and never looks the same', () => {
  const [one, two] = [own.close('node alpha', value), own.close('node alpha', value)];
  expect(one).not.toBe(two);
  expect(Buffer.from(one.slice(5), 'base64url').toString('latin1')).not.toContain('alpha');
});

test('it is worth nothing under another name, or to another hub', async () => {
  const text = own.close('node alpha', value);
  expect(() => own.open('node beta', text, Value)).toThrow('not sealed by this one under this name');
  const other = createRecordSeal(await makeKeys());
  expect(() => other.open('node alpha', text, Value)).toThrow('not sealed by this one under this name');
});

test('rotated keys open what was closed before', async () => {
  const text = own.close('node alpha', value);
  const rotated = await makeKeys(keys.epoch + 1, keys.records);
  expect(createRecordSeal(rotated).open('node alpha', text, Value)).toEqual(value);
});

test('no change of one character is taken, and no part of a record', () => {
  const text = own.close('node alpha', value);
  let refused = 0;
  for (let at = 0; at < text.length; at += 1) {
    for (const other of ['A', 'z', '_', '.', '']) {
      const changed = text.slice(0, at) + other + text.slice(at + 1);
      if (changed === text) continue;
      expect(() => own.open('node alpha', changed, Value), changed).toThrow('Sealed message refused');
      refused += 1;
    }
    expect(() => own.open('node alpha', text.slice(0, at), Value)).toThrow('Sealed message refused');
  }
  expect(refused).toBeGreaterThan(text.length * 4);
});

test('another shape than the one that is asked for is refused', () => {
  const text = own.close('node alpha', { name: 'alpha' });
  expect(() => own.open('node alpha', text, Value)).toThrow('its content is malformed');
});

test('a mark is the same in each life, another for another text or hub, and tells nothing', async () => {
  const mark = own.mark('chat 42');
  expect(mark).toMatch(/^[\w-]{22}$/);
  expect(createRecordSeal(await makeKeys(keys.epoch + 1, keys.records)).mark('chat 42')).toBe(mark);
  const others = [own.mark('chat 43'), own.mark(''), createRecordSeal(await makeKeys()).mark('chat 42')];
  expect(new Set([mark, ...others]).size).toBe(4);
});
