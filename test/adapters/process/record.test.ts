import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readRecord, writeRecord } from '#src/adapters/process/record.ts';
import { temporaryFolder } from '../temporary.ts';

const RECORD = { pid: 4711, identity: '145160.738cb523', port: 8080, startedAt: 1_795_235_585_000 };

test('a record is read as it was written, is for its owner only and leaves nothing beside it', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'web.json');
  await writeRecord(path, { ...RECORD, pid: 12 });
  await writeRecord(path, RECORD);
  expect(await readRecord(path)).toEqual(RECORD);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(['web.json']);
});

test.each([
  ['nothing', ''],
  ['half a record', JSON.stringify(RECORD).slice(0, 30)],
  ['a record of everybody', JSON.stringify({ ...RECORD, pid: 1 })],
  ['a record of a group', JSON.stringify({ ...RECORD, pid: -4711 })],
])('%s is no record', async (_, text) => {
  const path = join(await temporaryFolder(), 'web.json');
  expect(await readRecord(path)).toBeUndefined();
  await writeFile(path, text);
  expect(await readRecord(path)).toBeUndefined();
});
