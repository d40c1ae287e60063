import { chmod, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { identity, loadKeys, makeKeys, PublicKeySchema, signingJwk } from '#src/wire/keys.ts';
import { temporaryFolder } from '../adapters/temporary.ts';

const keyFileProblem = (sentence: string) => expect.objectContaining({ code: 'key-file', message: sentence });

describe('a new identity', () => {
  test('has two pairs, and a public key that is made of their public halves', async () => {
    const keys = await makeKeys();
    expect(keys).toEqual({
      epoch: 1,
      sign: { kty: 'OKP', crv: 'Ed25519', x: expect.stringMatching(/^[\w-]{43}$/), d: expect.any(String) },
      encrypt: { kty: 'OKP', crv: 'X25519', x: expect.stringMatching(/^[\w-]{43}$/), d: expect.any(String) },
      records: expect.stringMatching(/^[\w-]{43}$/),
      public: `ng1.${keys.sign.x}.${keys.encrypt.x}`,
    });
  });

  test('is another one each time', async () => {
    const [one, two] = await Promise.all([makeKeys(), makeKeys()]);
    expect(new Set([one.sign.x, two.sign.x, one.encrypt.x, two.encrypt.x, one.sign.d, two.sign.d]).size).toBe(6);
  });

  test('its public key holds no private half', async () => {
    const { public: key, sign, encrypt } = await makeKeys();
    expect(key).not.toContain(sign.d);
    expect(key).not.toContain(encrypt.d);
    expect(signingJwk(key)).toEqual({ kty: 'OKP', crv: 'Ed25519', x: sign.x });
  });
});

describe('a key file', () => {
  test('is made with mode 600 in a folder of mode 700, and nothing else is left beside it', async () => {
    const folder = join(await temporaryFolder(), 'state', 'keys');
    const file = join(folder, 'hub.json');
    await loadKeys(file);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect(await readdir(folder)).toEqual(['hub.json']);
  });

  test('is loaded again as it was made', async () => {
    const file = join(await temporaryFolder(), 'hub.json');
    const made = await loadKeys(file);
    expect(await loadKeys(file)).toEqual(made);
  });

  test.each([0o640, 0o604, 0o660, 0o644, 0o620, 0o601, 0o777])('is refused with mode %o', async (mode) => {
    const file = join(await temporaryFolder(), 'hub.json');
    await loadKeys(file);
    await chmod(file, mode);
    await expect(loadKeys(file)).rejects.toEqual(
      keyFileProblem(`${file} can be read by others. Run: chmod 600 ${file}`),
    );
  });

  test('may be read-only for its owner', async () => {
    const file = join(await temporaryFolder(), 'hub.json');
    const made = await loadKeys(file);
    await chmod(file, 0o400);
    expect(await loadKeys(file)).toEqual(made);
  });

  test.each<[string, (good: { sign: object; encrypt: object }) => unknown]>([
    ['is empty', () => ''],
    ['is cut off', (good) => JSON.stringify(good).slice(0, -20)],
    ['is no JSON', () => 'ng1.abc.def'],
    ['is a list', (good) => [good]],
    ['lacks a pair', ({ sign }) => ({ sign })],
    ['lacks the private half', ({ sign, encrypt }) => ({ sign: { ...sign, d: undefined }, encrypt })],
    ['is of another key type', ({ sign, encrypt }) => ({ sign: { ...sign, kty: 'RSA' }, encrypt })],
    ['has its pairs swapped', ({ sign, encrypt }) => ({ sign: encrypt, encrypt: sign })],
    ['has more in it', (good) => ({ ...good, note: 'x' })],
  ])('that %s is refused and stays as it is', async (_, spoil) => {
    const file = join(await temporaryFolder(), 'hub.json');
    await loadKeys(file);
    const spoilt = spoil(JSON.parse(await readFile(file, 'utf8')));
    const text = typeof spoilt === 'string' ? spoilt : JSON.stringify(spoilt);
    await writeFile(file, text);
    await expect(loadKeys(file)).rejects.toEqual(
      keyFileProblem(`${file} is not a key file. Move it away and start again to make a new one.`),
    );
    expect(await readFile(file, 'utf8')).toBe(text);
  });

  test('that is there but cannot be read is refused, never replaced by a new identity', async () => {
    const file = join(await temporaryFolder(), 'hub.json');
    await symlink(file, file);
    await expect(loadKeys(file)).rejects.toMatchObject({ code: 'key-file' });
    expect(await readlink(file)).toBe(file);
  });

  test('that is a folder is refused with a sentence', async () => {
    const file = join(await temporaryFolder(), 'hub.json');
    await mkdir(file);
    await expect(loadKeys(file)).rejects.toMatchObject({ code: 'key-file' });
  });
});

describe('the form of a public key', () => {
  const X = 'A'.repeat(43);
  test.each<[string, string, boolean]>([
    ['both halves', `ng1.${X}.${X}`, true],
    ['every character of base64url', `ng1.${'aZ09-_'.repeat(7)}A.${X}`, true],
    ['another version', `ng2.${X}.${X}`, false],
    ['one half', `ng1.${X}`, false],
    ['a third half', `ng1.${X}.${X}.${X}`, false],
    ['a short half', `ng1.${X.slice(1)}.${X}`, false],
    ['a long half', `ng1.A${X}.${X}`, false],
    ['padding', `ng1.${X.slice(1)}=.${X}`, false],
    ['the other alphabet', `ng1.${X.slice(1)}+.${X}`, false],
    ['a space', ` ng1.${X}.${X}`, false],
    ['a new line at the end', `ng1.${X}.${X}\n`, false],
    ['nothing', '', false],
  ])('%s', (_, key, good) => {
    expect(PublicKeySchema.safeParse(key).success).toBe(good);
  });
});

describe('an identity', () => {
  test('is the name and 16 characters of the digest of its key', () => {
    expect(identity('alpha', 'ng1.a.b')).toMatch(/^alpha@[\w-]{16}$/);
    expect(identity('alpha', 'ng1.a.b')).toBe(identity('alpha', 'ng1.a.b'));
  });

  test('changes with either half of the key, and with the name', () => {
    const all = [
      identity('alpha', 'ng1.a.b'),
      identity('alpha', 'ng1.c.b'),
      identity('alpha', 'ng1.a.c'),
      identity('beta', 'ng1.a.b'),
    ];
    expect(new Set(all).size).toBe(4);
  });
});
