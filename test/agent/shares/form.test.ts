import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { readShare } from '#src/agent/shares/form.ts';

const share = Buffer.from(`${'fb'.repeat(32)}07`, 'hex');
const base64 = share.toString('base64');

test.each([
  ['base64', base64],
  ['base64 without its end', base64.replace(/=+$/, '')],
  ['base64url', share.toString('base64url')],
  ['hexadecimal digits', share.toString('hex')],
  ['capital digits', share.toString('hex').toUpperCase()],
  ['a line', ` ${base64}\r\n`],
  ['what "vault operator init" prints', `Unseal Key 3: ${base64}\n`],
])('%s is read', (_, text) => {
  expect(readShare(text)).toEqual(share);
});

test('the only key of a Vault has 32 bytes', () => {
  const key = randomBytes(32);
  expect(readShare(key.toString('hex'))).toEqual(key);
  expect(readShare(key.toString('base64'))).toEqual(key);
});

test.each([
  ['nothing', ' \n', 'nothing was given'],
  ['two shares', `${base64}\n${base64}`, 'it is more than one word'],
  ['other letters', 'correct-horse!', 'it is neither hexadecimal digits nor base64'],
  ['half of it', base64.slice(0, 20), 'it has 15 bytes, and a share has 33'],
  ['a root token', Buffer.from('hvs.CAESIJ').toString('hex'), 'it has 10 bytes'],
  ['a recovery key', `Recovery Key 1: ${base64}`, 'it is a recovery key'],
])('%s is refused, and not repeated', (_, text, words) => {
  expect(() => readShare(text)).toThrow(words);
  try {
    readShare(text);
  } catch (error) {
    for (const word of text.split(/\s+/).filter((each) => each.length > 5)) expect(String(error)).not.toContain(word);
  }
});
