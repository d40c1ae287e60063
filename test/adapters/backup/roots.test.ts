import { lchown, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ownExcludes, refuseOwnInside } from '#src/adapters/backup/own.ts';
import { refuseRoots, rootsIn, wantedOf } from '#src/adapters/backup/roots.ts';
import { BackupSpec } from '#src/adapters/backup/spec.ts';
import { besideOf, refuseLink } from '#src/adapters/restore/ground.ts';
import { mountsIn } from '#src/adapters/tree/mounts.ts';
import type { Snapshot } from '#src/operation/snapshot.ts';
import { temporaryFolder } from '../temporary.ts';

describe('the paths of a restore', () => {
  const of = (...paths: string[]): Snapshot => ({
    ...{ id: '1f2e3d4c00', set: 'shop', part: 'files', destination: 'nas', at: 0, emergency: false },
    paths,
  });

  test('are those of the set, or one in it, plainly written', () => {
    expect(wantedOf('shop', ['/srv/shop', '/etc'], undefined)).toEqual(['/srv/shop', '/etc']);
    expect(wantedOf('shop', ['/srv/shop'], '/srv/shop/conf/')).toEqual(['/srv/shop/conf']);
    for (const path of ['/srv/shopping', '/srv/shop/../x', '/srv/shop//x', '/srv', 'srv/shop'])
      expect(() => wantedOf('shop', ['/srv/shop'], path)).toThrow('is not in the set shop. It has /srv/shop.');
    expect(() => wantedOf('shop', [], undefined)).toThrow('only dumps');
  });

  test('are those that the backup has; the others stay as they are', () => {
    expect(rootsIn(of('/srv/shop'), ['/srv/shop', '/srv/mail'])).toEqual({
      ...{ roots: ['/srv/shop'], absent: ['/srv/mail'] },
    });
    expect(rootsIn(of('/srv'), ['/srv/shop'])).toEqual({ roots: ['/srv/shop'], absent: [] });
    expect(() => rootsIn(of('/srv/shop'), ['/srv/mail'])).toThrow('/srv/mail is not in the backup 1f2e3d4c.');
  });

  test('are the parts that it has of a path, so that what was saved before the restore of one file replaces that file alone', () => {
    expect(rootsIn(of('/srv/shop/conf/a', '/etc/shop'), ['/srv/shop'])).toEqual({
      ...{ roots: ['/srv/shop/conf/a'], absent: [] },
    });
  });
});

describe('a root is refused', () => {
  test('below a folder that became a link, with where it leads', async () => {
    const { folder, shop, refuse } = await setUp();
    await mkdir(join(folder, 'etc'));
    await writeFile(join(folder, 'etc', 'passwd'), 'root');
    await symlink(join(folder, 'etc'), join(shop, 'conf'));
    await expect(refuse(join(shop, 'conf', 'passwd'))).rejects.toThrow(
      `${shop}/conf is a link to ${folder}/etc: ${shop}/conf/passwd would be written there.`,
    );
    await refuse(join(shop, 'conf'));
  });

  test('in a set whose own path is a link, which is not saved either', async () => {
    const { folder, shop, refuse } = await setUp();
    const link = join(folder, 'link');
    await symlink(shop, link);
    const words = `${link} is a link to ${shop}, and of a link nothing is saved. Write ${shop} into the paths of the set.`;
    await expect(refuse(link, link)).rejects.toThrow(words);
    await expect(refuse(join(link, 'index'), link)).rejects.toThrow(words);
    await expect(refuseLink(link)).rejects.toThrow(words);
    await refuseLink(join(folder, 'not there'));
    await mkdir(join(shop, 'deep'));
    await refuse(join(link, 'deep', 'index'), join(link, 'deep'));
  });

  test.skipIf(process.getuid?.() !== 0)('below a link of another user, also above the path of its set', async () => {
    const { folder, shop, refuse } = await setUp();
    const link = join(folder, 'link');
    await mkdir(join(shop, 'deep'));
    await symlink(shop, link);
    await lchown(link, 65_534, 65_534);
    await expect(refuse(join(link, 'deep'), join(link, 'deep'))).rejects.toThrow(`${link} is a link to ${shop}: `);
  });

  test('that holds the state folder, a repository or the place for copies, or lies in them, whatever links lead there', async () => {
    const { folder, shop, refuse } = await setUp();
    for (const own of ['state', 'repository', 'copies']) {
      await expect(refuse(join(shop, own))).rejects.toThrow('holds what Nightguard itself works with');
      await expect(refuse(join(shop, own, 'x'))).rejects.toThrow('is what Nightguard itself works with');
    }
    await expect(refuse(shop)).rejects.toThrow('holds what Nightguard itself works with. Name a path inside it.');
    await symlink(folder, join(folder, 'home'));
    const home = join(folder, 'home', 'shop');
    await expect(refuse(home, home)).rejects.toThrow('holds what Nightguard itself works with');
    await refuse(join(home, 'index'), home);
  });

  test('that is the machine, has no folder above it, or has a file system in it', async (context) => {
    const { shop, refuse } = await setUp();
    await expect(refuse('/', '/')).rejects.toThrow('The whole machine cannot be put in place');
    await expect(refuse(join(shop, 'gone', 'x'))).rejects.toThrow(`The folder ${shop}/gone is not there.`);
    const mounts = await mountsIn('/');
    const inner = mounts.find((mount) => !mounts.includes(dirname(mount)));
    if (inner === undefined) return context.skip('no file system is mounted in a folder of another here');
    const above = dirname(inner);
    await expect(refuse(inner, above)).rejects.toThrow('is a file system of its own and cannot be swapped');
    await expect(refuse(above, above)).rejects.toThrow(
      `a file system is mounted, which would go away with what ${above} holds now.`,
    );
  });
});

describe('what is restored is staged', () => {
  test('beside the path of its set, where the owner of the data cannot exchange it, whatever folder is restored', async () => {
    const { folder, shop } = await setUp();
    await mkdir(join(shop, 'conf', 'deep'), { recursive: true });
    for (const root of [shop, join(shop, 'conf'), join(shop, 'conf', 'deep', 'a')])
      expect(await besideOf(root, shop)).toBe(folder);
    expect(await besideOf(join(shop, 'conf'), join(shop, 'conf'))).toBe(shop);
  });

  test('no further out than its file system goes', async (context) => {
    const mounts = await mountsIn('/');
    const inner = mounts.find((mount) => mount !== '/' && !mounts.includes(dirname(mount)));
    if (inner === undefined) return context.skip('no file system is mounted in a folder of another here');
    expect(await besideOf(join(inner, 'x'), inner)).toBe(inner);
    expect(await besideOf(join(inner, 'x'), join(inner, 'x'))).toBe(inner);
  });
});

test('mounts are read with all that a path may hold, and only those at or below one', async () => {
  const folder = await temporaryFolder();
  const line = (place: string) => `36 35 98:0 /mnt1 ${place} rw,noatime master:1 - ext3 /dev/root rw`;
  const places = ['/', '/srv', '/srv/a\\040b\\134c', '/srv2', '/srv/a\\040b\\134c'];
  await writeFile(join(folder, 'mounts'), `${places.map(line).join('\n')}\n`);
  expect(await mountsIn('/srv', join(folder, 'mounts'))).toEqual(['/srv', '/srv/a b\\c']);
  expect(await mountsIn('/srv', join(folder, 'not there'))).toEqual([]);
});

describe('a backup', () => {
  test('leaves the state folder out by every name that it has in what is saved', async () => {
    const { folder, shop } = await setUp();
    await symlink(shop, join(folder, 'other'));
    expect(await ownExcludes([join(folder, 'other')], { state: join(folder, 'to state') })).toEqual([
      join(folder, 'to state'),
      join(shop, 'state'),
      join(folder, 'other', 'state'),
    ]);
  });

  test('does not begin where a link leads to a repository in it, unless that is left out', async () => {
    const { folder, shop, spec } = await setUp();
    const home = join(folder, 'to shop');
    await symlink(shop, home);
    await expect(refuseOwnInside({ paths: [home], excludes: [join(home, 'copies')] }, { spec })).rejects.toThrow(
      `${home}/repository is ${folder}/to repository, where Nightguard keeps backups or copies of them.`,
    );
    const excludes = [join(home, 'copies'), join(home, 'repository')];
    await refuseOwnInside({ paths: [home], excludes }, { spec });
  });
});

/** A set that holds all that Nightguard works with, which is reached by links from elsewhere. */
async function setUp() {
  const folder = await temporaryFolder();
  const shop = join(folder, 'shop');
  for (const own of ['state', 'repository', 'copies']) {
    await mkdir(join(shop, own), { recursive: true });
    await symlink(join(shop, own), join(folder, `to ${own}`));
  }
  await writeFile(join(shop, 'index'), 'x');
  const spec = BackupSpec.parse({
    passwordFile: '/etc/password',
    destinations: { disk: { kind: 'path', path: join(folder, 'to repository') } },
    restoreTo: join(folder, 'to copies'),
  });
  const refuse = (root: string, path = shop) =>
    refuseRoots([root], { paths: [path], spec, state: join(folder, 'to state') });
  return { folder, shop, spec, refuse };
}
