import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sweep } from '#src/adapters/backup/sweep.ts';
import { temporaryFolder } from '../temporary.ts';

test('what a restore replaced goes after its time, a stage a day later, and nothing else ever', async () => {
  const folder = await temporaryFolder();
  const names = [
    '.nightguard-old-20261101T120000Z-a1b2c3-0',
    '.nightguard-old-20261110T120000Z-a1b2c3-0',
    '.nightguard-stage-20261101T120000Z-a1b2c3-0',
    '.nightguard-stage-20261109T130000Z-a1b2c3-0',
    '.nightguard-old-without-a-date',
    'nightguard-old-20200101T000000Z-a1b2c3-0',
    'data',
  ];
  for (const name of names) await mkdir(join(folder, name, 'inside'), { recursive: true });
  await sweep([join(folder, 'data'), join(folder, 'other')], Date.parse('2026-11-10T11:00:00Z'));
  expect((await readdir(folder)).sort()).toEqual(names.filter((_, n) => n !== 0 && n !== 2).sort());
});
