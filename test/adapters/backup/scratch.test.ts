import { chmod, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emptyScratch, openScratch, scratchOf } from '#src/adapters/backup/scratch.ts';
import { BackupSpec } from '#src/adapters/backup/spec.ts';
import { temporaryFolder } from '../temporary.ts';

test('drills have a folder of their own, in the state folder unless the configuration names another', () => {
  const of = (spec: object) => scratchOf({ spec: BackupSpec.parse(spec), node: 'alpha', state: '/var/lib/nightguard' });
  expect(of({})).toBe('/var/lib/nightguard/drill');
  expect(of({ scratch: '/mnt/large' })).toBe('/mnt/large/nightguard-drill-alpha');
});

test('what a drill that was killed has left is taken away, what is in use stays', async () => {
  const folder = join(await temporaryFolder(), 'drill');
  await emptyScratch(folder);
  await openScratch(folder);
  await mkdir(join(folder, 'old', 'restored'), { recursive: true });
  await writeFile(join(folder, 'old', 'restored', '.env'), 'KEY=1');
  await mkdir(join(folder, 'now'));
  await emptyScratch(folder, new Set([join(folder, 'now')]));
  expect(await readdir(folder)).toEqual(['now']);
  await openScratch(folder);
});

test('a link, or a folder that others may look into, is neither used nor emptied', async () => {
  const base = await temporaryFolder();
  const [other, link] = [join(base, 'other'), join(base, 'link')];
  await mkdir(other);
  await writeFile(join(other, 'mine'), '');
  await symlink(other, link);
  await emptyScratch(link);
  expect(await readdir(other)).toEqual(['mine']);
  await expect(openScratch(link)).rejects.toMatchObject({ code: 'scratch' });
  await chmod(other, 0o755);
  await expect(openScratch(other)).rejects.toMatchObject({ code: 'scratch' });
  await expect(openScratch(join(base, 'away', 'drill'))).rejects.toThrow(/cannot be made \(ENOENT\)/);
});
