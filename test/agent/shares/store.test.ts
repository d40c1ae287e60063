import { randomBytes } from 'node:crypto';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ShareStore } from '#src/agent/shares/store.ts';
import { createShareStore, sharesFile } from '#src/agent/shares/store.ts';
import { loadKeys, makeKeys } from '#src/wire/keys.ts';
import { rotateKeys } from '#src/wire/rotate.ts';
import { temporaryFolder } from '../../adapters/temporary.ts';
import { formsOf } from '../../fault/canaries/forms.ts';

const AT = 1_800_000_000_000;

/** The only share of a Vault, opened. */
async function opened(store: ShareStore, vault: string): Promise<Buffer> {
  const [held] = await store.held(vault);
  return await store.open(vault, held?.fingerprint ?? '');
}

async function setUp() {
  const state = await temporaryFolder();
  const [file, keyFile] = [sharesFile(state), join(state, 'keys', 'node.json')];
  const keys = await loadKeys(keyFile);
  const share = randomBytes(33);
  const store = createShareStore(file, keys);
  const add = (vault = 'main', bytes = share) => store.add({ vault, label: 'safe', bytes: Buffer.from(bytes), at: AT });
  return { file, keyFile, keys, share, store, add };
}

test('a share is kept for the owner alone, and nothing of it can be read', async () => {
  const { file, share, store, add } = await setUp();
  const kept = await add();
  expect(kept).toEqual({
    vault: 'main',
    label: 'safe',
    fingerprint: expect.stringMatching(/^[0-9a-f]{8}$/),
    addedAt: AT,
  });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const text = await readFile(file, 'latin1');
  for (const [form, words] of formsOf(share.toString('latin1'))) expect(text, form).not.toContain(words);
  for (const coding of ['hex', 'base64', 'base64url'] as const) expect(text).not.toContain(share.toString(coding));
  expect(await store.list()).toEqual([kept]);
  expect(await store.held('main')).toEqual([{ label: 'safe', fingerprint: kept.fingerprint }]);
  expect(await opened(store, 'main')).toEqual(share);
});

test('what was handed over is wiped, kept or not', async () => {
  const { store } = await setUp();
  const [first, second] = [randomBytes(33), randomBytes(33)];
  await store.add({ vault: 'main', label: undefined, bytes: first, at: AT });
  await expect(store.add({ vault: 'main', label: undefined, bytes: second, at: AT })).rejects.toThrow(
    'nightguard share remove main',
  );
  expect([...first, ...second].every((byte) => byte === 0)).toBe(true);
});

test('one share of a Vault, and another of another Vault; one that is removed is gone', async () => {
  const { store, add, share } = await setUp();
  await add();
  const other = randomBytes(33);
  await add('spare', other);
  await expect(add('main', other)).rejects.toThrow('This node has a share of main already ("safe", ');
  await store.remove('main');
  expect(await store.held('main')).toEqual([]);
  await expect(opened(store, 'main')).rejects.toMatchObject({ code: 'no-share' });
  await expect(store.remove('main')).rejects.toThrow('nightguard share list');
  expect(await opened(store, 'spare')).toEqual(other);
  await add('main', share);
  expect(await opened(store, 'main')).toEqual(share);
});

test('it opens after the keys of the node were rotated, with the same fingerprint', async () => {
  const { file, keyFile, store, add, share } = await setUp();
  const { fingerprint } = await add();
  const { keys } = await rotateKeys(keyFile, AT);
  const later = createShareStore(file, keys);
  expect(await opened(later, 'main')).toEqual(share);
  await store.remove('main');
  expect(await later.add({ vault: 'main', label: undefined, bytes: Buffer.from(share), at: AT })).toMatchObject({
    fingerprint,
  });
});

test('on another node, or under the name of another Vault, it opens nothing and looks like another', async () => {
  const { file, store, add, share } = await setUp();
  const { fingerprint } = await add();
  const other = createShareStore(file, await makeKeys());
  await expect(opened(other, 'main')).rejects.toMatchObject({
    code: 'no-share',
    message: expect.stringContaining('nightguard share remove main, then add it again'),
  });
  await other.remove('main');
  const again = await other.add({ vault: 'main', label: undefined, bytes: Buffer.from(share), at: AT });
  expect(again.fingerprint).not.toBe(fingerprint);
  await other.remove('main');
  await add();
  await writeFile(file, (await readFile(file, 'utf8')).replace('"vault":"main"', '"vault":"spare"'), { mode: 0o600 });
  await expect(opened(store, 'spare')).rejects.toMatchObject({ code: 'no-share' });
});

test('a file that others can read, or that is something else, is refused', async () => {
  const { file, store, add } = await setUp();
  await add();
  await chmod(file, 0o640);
  await expect(store.list()).rejects.toThrow(`Run: chmod 600 ${file}`);
  await writeFile(file, '{"v":1,"shares":[{"vault":"main"}]}');
  await chmod(file, 0o600);
  await expect(opened(store, 'main')).rejects.toMatchObject({ code: 'share-file' });
});

test('several of one Vault are kept where that is meant, each once, and one of them is forgotten by its fingerprint', async () => {
  const { store } = await setUp();
  const shares = [randomBytes(33), randomBytes(33)];
  const add = (bytes: Buffer | undefined, several = true) =>
    store.add({ vault: 'main', label: undefined, bytes: Buffer.from(bytes ?? ''), at: AT, several });
  const [first, second] = [await add(shares[0]), await add(shares[1])];
  await expect(add(shares[1])).rejects.toThrow(second.fingerprint);
  await expect(add(randomBytes(33), false)).rejects.toThrow('This node has a share of main already');
  expect(await store.open('main', second.fingerprint)).toEqual(shares[1]);
  await expect(store.remove('main')).rejects.toThrow(`nightguard share remove main ${first.fingerprint}`);
  await store.remove('main', first.fingerprint);
  expect((await store.list()).map(({ fingerprint }) => fingerprint)).toEqual([second.fingerprint]);
});
