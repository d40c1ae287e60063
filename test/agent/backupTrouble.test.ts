import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import backup from '#handlers/backup.ts';
import backupCheck from '#handlers/backup_check.ts';
import restore from '#handlers/restore.ts';
import restoreDrill from '#handlers/restore_drill.ts';
import { createBackups } from '#src/adapters/backup/backups.ts';
import { BackupSpec } from '#src/adapters/backup/spec.ts';
import { createCommand } from '#src/adapters/command.ts';
import { hashTree } from '#src/adapters/tree/tree.ts';
import type { Input } from '#src/operation/args.ts';
import type { Operation } from '#src/operation/define.ts';
import { memoryWorkloads } from '../adapters/restore/workloads.ts';
import { temporaryFolder } from '../adapters/temporary.ts';
import { freePort } from '../fixtures/redis.ts';
import { makeVaults, whyWithoutRestic } from '../fixtures/restic.ts';
import { tell, toolsWith } from '../handlers/tools.ts';

const WHY_NOT = whyWithoutRestic();
const SHOP = { set: 'shop' };
const MB = 1_000_000;
const isRoot = process.getuid?.() === 0;
const patience = () => AbortSignal.timeout(60_000);

/** What can go wrong around a backup, each with the words that are told and what must still be there after it. A clock that jumps and a machine that slept: schedule/. */
describe.skipIf(WHY_NOT !== undefined)(`trouble with the real restic${WHY_NOT ? ` (${WHY_NOT})` : ''}`, () => {
  test('a repository that rots is told by check, drill and restore, and nothing is put in place', async () => {
    const node = await setUp();
    await node.tell(backup);
    await rotAll(join(node.repository, 'data'));
    expect(await node.tell(backupCheck, { ...SHOP, percent: '100' })).toMatchObject({
      tone: 'bad',
      title: 'disk of shop did not pass',
      facts: [
        {
          label: 'disk',
          value:
            "The repository disk is damaged. Leave it as it is, make a new backup elsewhere, and see restic's troubleshooting page.",
        },
      ],
    });
    const was = await node.digest();
    for (const operation of [restoreDrill, restore])
      await expect(node.tell(operation)).rejects.toMatchObject({
        code: 'backup-damaged',
        message: expect.stringMatching(/^The repository disk is damaged\. Ask for \/backup_check/),
      });
    expect(await node.digest()).toBe(was);
    expect(await node.beside()).toEqual(['data']);
  });

  test('another password opens nothing and makes nothing', async () => {
    const node = await setUp();
    await node.tell(backup);
    await writeFile(node.passwordFile, 'guess\n');
    await expect(node.tell(backup)).rejects.toMatchObject({
      message: 'The password does not open the repository disk. Look at node.backup.passwordFile.',
    });
    await writeFile(node.passwordFile, node.password);
    expect(await node.count()).toBe(1);
  });

  test.skipIf(!isRoot)('a destination that runs full keeps what it had', async () => {
    const disk = await smallDisk(8);
    const node = await setUp({ repository: join(disk, 'repository') });
    await node.tell(backup);
    await writeFile(join(node.data, 'large'), randomBytes(20 * MB));
    await expect(node.tell(backup)).rejects.toMatchObject({
      code: 'backup-full',
      message: 'There is no space left at disk, or here. Make room, then try again; /backup_prune drops old backups.',
    });
    await rm(join(node.data, 'large'));
    await node.again().tell(restoreDrill);
    await node.backups.unlock('shop', patience());
    expect(await node.count()).toBe(1);
  });

  test.skipIf(!isRoot)('a restore that does not fit is refused before it begins, or leaves nothing', async () => {
    const disk = await smallDisk(16);
    const node = await setUp({ live: disk, scratch: disk });
    await writeFile(join(node.data, 'large'), randomBytes(9 * MB));
    await node.tell(backup);
    await expect(node.tell(restoreDrill)).rejects.toMatchObject({
      code: 'no-space',
      message: expect.stringMatching(
        /^A drill of shop needs 25 MB in .*nightguard-drill-alpha, and .* backup\.scratch\.$/,
      ),
    });
    await rm(join(disk, 'nightguard-drill-alpha'), { recursive: true });
    const was = await node.digest();
    await expect(node.tell(restore)).rejects.toMatchObject({
      code: 'no-space',
      message: expect.stringMatching(/^It needs 9\.1 MB beside what is there, and [\d.]+ MB are free\. Make room/),
    });
    expect(await node.digest()).toBe(was);
    expect(await node.beside()).toEqual(['data']);
    const large = await node.digest('large');
    await expect(node.tell(restore, { ...SHOP, path: join(node.data, 'large') })).rejects.toMatchObject({
      code: 'no-space',
      message: expect.stringContaining('on this machine'),
    });
    expect(await node.digest('large')).toBe(large);
    expect(await readdir(node.data)).toEqual(['large', 'orders']);
  });

  test.skipIf(!isRoot)('a state folder that is full does not make a good backup a bad one', async () => {
    const state = await smallDisk(1);
    const node = await setUp({ state });
    await writeFile(join(state, 'full'), randomBytes(2 * MB)).catch(() => {});
    expect(await node.tell(backup)).toMatchObject({ tone: 'ok', title: expect.stringContaining('shop saved to disk') });
    expect(await node.count()).toBe(1);
  });

  test('a path that vanished is told while the others are saved, and when all are gone', async () => {
    const node = await setUp();
    await node.tell(backup);
    await rename(join(node.data, '..', 'other'), join(node.data, '..', 'moved'));
    expect(await node.tell(backup)).toMatchObject({
      tone: 'warn',
      title: 'shop is saved, but not all of it could be read',
      facts: expect.arrayContaining([{ label: 'Not read', value: join(node.data, '..', 'other'), tone: 'warn' }]),
    });
    await rename(node.data, `${node.data}.moved`);
    await expect(node.tell(backup)).rejects.toMatchObject({
      code: 'backup-no-data',
      message: 'Nothing of what the set names is there. Look at its paths.',
    });
    expect(await node.count()).toBe(2);
  });

  test('a destination that is away is told, and the others have it', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const nas = { kind: 'rest', url, offSite: true };
    const node = await setUp({ destinations: { nas } });
    expect(await node.tell(backup)).toMatchObject({
      tone: 'bad',
      title: 'shop is saved to disk only: nas failed',
      facts: expect.arrayContaining([
        {
          label: 'nas',
          value: 'The repository nas cannot be reached. Is it up, and is the network? Try again.',
          tone: 'bad',
        },
      ]),
    });
    expect(await node.count()).toBe(1);
  });

  test('a dump that fails is told, and keeps neither the files nor the other dumps from being saved', async () => {
    const node = await setUp({
      dumps: {
        orders: { command: ['/bin/false'] },
        empty: { command: ['/bin/true'] },
        users: { command: ['echo', 'u'] },
      },
    });
    await expect(node.tell(backup)).rejects.toMatchObject({
      code: 'dump',
      message:
        'Dump orders: false failed with exit code 1. Nothing of it was kept. Run it by hand, then back up again. The rest of shop is saved.',
    });
    const [at] = await node.backups.list('shop', patience());
    expect(at?.snapshots.map(({ part }) => part).toSorted()).toEqual(['files', 'users']);
  });

  test('two at once, of two nodes to one repository, are both whole', async () => {
    const node = await setUp();
    await node.tell(backup);
    const [one, other] = [node.again('alpha'), node.again('beta')];
    await Promise.all([one.tell(backup), other.tell(backup)]);
    expect([await one.count(), await other.count()]).toEqual([2, 1]);
    await Promise.all([one.tell(restoreDrill), other.tell(restoreDrill)]);
    expect(await node.tell(backupCheck, { ...SHOP, percent: '100' })).toMatchObject({ tone: 'ok' });
  });
});

interface Wanted {
  repository?: string;
  live?: string;
  state?: string;
  scratch?: string;
  destinations?: object;
  dumps?: object;
}

/** One set of a folder and a file beside it, to one destination `disk` and those that are wanted. */
async function setUp({ repository, live, state, scratch, destinations = {}, dumps = {} }: Wanted = {}) {
  const folder = await temporaryFolder();
  const { passwordFile, lay } = await makeVaults(folder);
  const at = repository ?? join(folder, 'repository');
  await lay(at);
  const home = live ?? join(folder, 'live');
  const [data, other] = [join(home, 'data'), join(home, 'other')];
  await mkdir(data, { recursive: true });
  await writeFile(join(data, 'orders'), randomBytes(100_000));
  if (live === undefined) await writeFile(other, 'beside it');
  const spec = BackupSpec.parse({
    ...{ passwordFile, destinations: { disk: { kind: 'path', path: at }, ...destinations } },
    ...(scratch === undefined ? {} : { scratch }),
    sets: { shop: { paths: live === undefined ? [data, other] : [data], dumps } },
  });
  const life = (node = 'alpha') => {
    const { workloads } = memoryWorkloads([]);
    const command = createCommand();
    const kept = state ?? join(folder, 'state');
    const backups = createBackups({ spec, node, state: kept, command, workloads, now: () => Date.now() });
    const tools = toolsWith({ backups });
    return {
      backups,
      tell: (operation: Operation, input: Input = SHOP) => tell(operation, input, { node, tools }),
      count: async () => (await backups.list('shop', patience())).flatMap(({ snapshots }) => snapshots).length,
    };
  };
  return {
    ...life(),
    ...{ repository: at, data, passwordFile, password: await readFile(passwordFile, 'utf8') },
    again: life,
    digest: async (within = '') => (await hashTree(join(data, within), patience())).digest,
    beside: async () => (await readdir(home)).filter((name) => name !== 'other'),
  };
}

/** A disk of so many MB. */
async function smallDisk(megabytes: number): Promise<string> {
  const folder = await temporaryFolder();
  const disk = join(folder, 'disk');
  await mkdir(disk);
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', disk]);
  onTestFinished(() => void execFileSync('umount', ['--lazy', disk]));
  return disk;
}

async function rotAll(folder: string): Promise<void> {
  const all = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const { parentPath, name } of all.filter((entry) => entry.isFile())) {
    const path = join(parentPath, name);
    const bytes = await readFile(path);
    bytes.fill(0x55, 10, 200);
    await chmod(path, 0o600);
    await writeFile(path, bytes);
  }
}
