import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadKeys, readKeys, writeKeys } from '#src/wire/keys.ts';
import { rotateKeys } from '#src/wire/rotate.ts';
import { temporaryFolder } from '../adapters/temporary.ts';

const NOW = Date.UTC(2026, 6, 30, 23, 59);
const TOMORROW = NOW + 60_000;

async function setUp() {
  const folder = await temporaryFolder();
  const file = join(folder, 'hub.json');
  return { folder, file, old: await loadKeys(file) };
}

test('a rotation is one epoch on, and keeps the old keys with the date', async () => {
  const { folder, file, old } = await setUp();
  const { keys, kept, fresh } = await rotateKeys(file, NOW);
  expect([old.epoch, keys.epoch, fresh]).toEqual([1, 2, true]);
  expect(keys.public).not.toBe(old.public);
  expect(await loadKeys(file)).toEqual(keys);
  expect(await readKeys(kept)).toEqual(old);
  expect(await readdir(folder)).toEqual(['hub.json', 'hub.json.2026-07-30']);
  expect((await stat(kept)).mode & 0o777).toBe(0o600);
});

test('the secret of its records stays, unless it is asked for another', async () => {
  const { file, old } = await setUp();
  expect((await rotateKeys(file, NOW)).keys.records).toBe(old.records);
  const { keys } = await rotateKeys(file, TOMORROW, { records: true });
  expect(keys.records).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(keys.records).not.toBe(old.records);
  expect(await loadKeys(file)).toEqual(keys);
});

test('on the same day it does nothing more; on the next it does', async () => {
  const { file } = await setUp();
  const { keys } = await rotateKeys(file, NOW);
  expect(await rotateKeys(file, NOW)).toMatchObject({ keys, fresh: false });
  expect(await rotateKeys(file, TOMORROW)).toMatchObject({ keys: { epoch: 3 }, fresh: true });
});

test('interrupted before the new keys were in place, it is done by the next try', async () => {
  const { file, old } = await setUp();
  await writeKeys(`${file}.2026-07-30`, old);
  await writeFile(`${file}.4711.new`, '{"epoch":2,', { mode: 0o600 });
  expect(await rotateKeys(file, NOW)).toMatchObject({ keys: { epoch: 2 }, fresh: true });
  expect(await readKeys(`${file}.2026-07-30`)).toEqual(old);
});

test('two at once end with one whole identity in place, and the old one kept', async () => {
  const { file, old } = await setUp();
  await Promise.allSettled([rotateKeys(file, NOW), rotateKeys(file, NOW)]);
  expect((await loadKeys(file)).epoch).toBeGreaterThan(1);
  expect(await readKeys(`${file}.2026-07-30`)).toEqual(old);
});

test('keys that are not there are not rotated, and none are made', async () => {
  const { folder, file } = await setUp();
  await rm(file);
  await expect(rotateKeys(file, NOW)).rejects.toMatchObject({ code: 'key-file' });
  expect(await readdir(folder)).toEqual([]);
});

test('a key file from before there were epochs is of epoch 1', async () => {
  const { file, old } = await setUp();
  await writeFile(file, JSON.stringify({ sign: old.sign, encrypt: old.encrypt }), { mode: 0o600 });
  const { records, ...found } = await loadKeys(file);
  expect(found).toEqual({ epoch: 1, sign: old.sign, encrypt: old.encrypt, public: old.public });
  // It had no secret for records either, so it takes one that it will have the next time too.
  expect(records).toMatch(/^[\w-]{43}$/);
  expect((await loadKeys(file)).records).toBe(records);
});
