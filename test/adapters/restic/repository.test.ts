import { execFileSync, fork, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { appendFile, chmod, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { NodeLine } from '#src/adapters/restic/lines.ts';
import type { Source } from '#src/adapters/restic/save.ts';
import { DestinationSpec } from '#src/adapters/restic/spec.ts';
import type { BackupProgress, Going } from '#src/operation/backups.ts';
import { makeVaults, restics } from '../../fixtures/restic.ts';
import { temporaryFolder, until } from '../temporary.ts';

const HOST = 'alpha';
const DYING = fileURLToPath(new URL('./dying.ts', import.meta.url));
const quiet = () => {};
const patience = () => AbortSignal.timeout(60_000);
const files = (...paths: string[]): Source => ({ kind: 'files', paths, excludes: [] });

describe.each(await restics())('a repository of $called', ({ program, whyNot }) => {
  describe.skipIf(whyNot !== undefined)(whyNot ?? 'here', () => {
    test('is made once, saves, lists, walks, compares, checks, restores and prunes', async () => {
      const { vaults, data } = await setUp(program);
      const repository = vaults.at();
      expect(await repository.init(patience())).toBe(true);
      expect(await repository.init(patience())).toBe(false);

      const saving = { source: files(data), host: HOST, tags: ['set:shop,part:files'] };
      const first = await repository.save(saving, quiet, patience());
      expect(first).toMatchObject({ files: 3, changed: 3, unread: [], bytes: 300_008 });

      await appendFile(join(data, 'a'), 'more');
      await rm(join(data, 'sub', 'c'));
      const second = await repository.save(saving, quiet, patience());
      expect(second).toMatchObject({ changed: 1, files: 2 });

      const [older, newer, ...others] = await repository.snapshots({ host: HOST, tag: 'set:shop' }, patience());
      expect(others).toEqual([]);
      expect(older?.id.startsWith(first.snapshot)).toBe(true);
      expect(await repository.snapshots({ host: 'beta', tag: undefined }, patience())).toEqual([]);
      if (!older || !newer) throw new Error('two were saved');
      expect(await repository.size(newer.id, patience())).toMatchObject({ bytes: 300_006 });
      expect(await repository.diff(older.id, newer.id, patience())).toMatchObject({
        ...{ changed: 1, added: 0, removed: 1 },
        paths: expect.arrayContaining([`M ${data}/a`, `-  ${data}/sub/c`.replace('  ', ' ')]),
      });
      const nodes: NodeLine[] = [];
      await repository.walk(older.id, (node) => void nodes.push(node), patience());
      expect(nodes.map(({ path }) => path)).toEqual(expect.arrayContaining([`${data}/a`, `${data}/sub/b[1]*?`]));

      const target = join(vaults.folder, 'out');
      await repository.restore({ id: older.id, include: [join(data, 'sub', 'b[1]*?')], target }, patience());
      expect(await readdir(join(target, data))).toEqual(['sub']);
      expect(await readdir(join(target, data, 'sub'))).toEqual(['b[1]*?']);

      const disk = join(vaults.folder, 'repository');
      await rename(join(disk, 'locks'), join(disk, 'no locks'));
      expect(await repository.snapshots({ host: HOST, tag: 'set:shop' }, patience())).toHaveLength(2);
      await repository.restore(
        { id: older.id, include: [join(data, 'a')], target: join(target, 'unlocked') },
        patience(),
      );
      expect(await readFile(join(target, 'unlocked', data, 'a'), 'utf8')).toBe('hi');
      await rename(join(disk, 'no locks'), join(disk, 'locks'));

      const goings: Going[] = [];
      await repository.check(50, patience(), (going) => void goings.push(going));
      expect(goings).toContainEqual({ at: 'check snapshots, trees and blobs', percent: 100 });
      expect(goings).toContainEqual({ at: 'read 50.0% of data packs', percent: 100 });
      const of = { host: HOST, tag: 'set:shop', keep: { last: 1 } };
      const counts = { kept: 1, removed: 1 };
      expect(await repository.forget({ ...of, dryRun: true }, patience())).toEqual(counts);
      expect(await repository.forget(of, patience())).toEqual(counts);
      await repository.prune(patience(), (going) => void goings.push(going));
      expect(goings).toContainEqual({ at: 'removing 2 old packs', percent: 100 });
    });

    test('says how far it is, and how much there is in all', async () => {
      const { vaults, data } = await setUp(program);
      await writeFile(join(data, 'd'), randomBytes(1_000_000));
      // It would take a quarter of an hour.
      const repository = vaults.at(undefined, undefined, await slowed(program, vaults.folder));
      await vaults.lay();
      const stop = new AbortController();
      let seen: BackupProgress | undefined;
      const follow = (progress: BackupProgress): void => {
        if (progress.percent !== 100) return;
        seen = progress;
        stop.abort();
      };
      await expect(repository.save({ source: files(data), host: HOST, tags: [] }, follow, stop.signal)).rejects.toThrow(
        /abort/i,
      );
      expect(seen).toMatchObject({ bytes: 1_300_008, totalBytes: 1_300_008, files: 4 });
    });

    test('says what could not be read, and saves the rest', async () => {
      const { vaults, data } = await setUp(program);
      const repository = vaults.at();
      await vaults.lay();
      const gone = join(vaults.folder, 'gone');
      const saved = await repository.save({ source: files(data, gone), host: HOST, tags: [] }, quiet, patience());
      expect(saved).toMatchObject({ files: 3, unread: [gone] });
      await expect(
        repository.save({ source: files(gone), host: HOST, tags: [] }, quiet, patience()),
      ).rejects.toMatchObject({
        code: 'backup-no-data',
      });
    });

    test('keeps what a program says to its end, and nothing of one that fails in the middle', async () => {
      const { vaults } = await setUp(program);
      const repository = vaults.at();
      await vaults.lay();
      const stream = (code: number): Source => ({
        kind: 'stream',
        name: '/shop-db.sql',
        command: [
          process.execPath,
          '-e',
          `process.stdout.write('x'.repeat(3e6), () => { console.error('no table'); process.exit(${code}); })`,
        ],
      });
      const saved = await repository.save({ source: stream(0), host: HOST, tags: ['set:shop'] }, quiet, patience());
      expect(saved).toMatchObject({ files: 1, bytes: 3_000_000 });
      await expect(
        repository.save({ source: stream(7), host: HOST, tags: ['set:shop'] }, quiet, patience()),
      ).rejects.toMatchObject({
        code: 'dump',
        message: expect.stringMatching(/exit code 7: no table\. Nothing of it was kept/),
      });
      const empty: Source = { kind: 'stream', name: '/shop-db.sql', command: ['true'] };
      await expect(
        repository.save({ source: empty, host: HOST, tags: ['set:shop'] }, quiet, patience()),
      ).rejects.toMatchObject({
        ...{
          code: 'dump',
          message: expect.stringMatching(/^true ended well and wrote nothing\. Nothing of it was kept/),
        },
      });
      const missing: Source = { kind: 'stream', name: '/x', command: ['/no/such/dump'] };
      await expect(
        repository.save({ source: missing, host: HOST, tags: ['set:shop'] }, quiet, patience()),
      ).rejects.toMatchObject({ code: 'dump' });
      expect(await repository.snapshots({ host: HOST, tag: 'set:shop' }, patience())).toHaveLength(1);
      await repository.check(100, patience());
    });

    test('stays sound when a backup is cancelled, and keeps no lock of it', async () => {
      const { vaults } = await setUp(program);
      const repository = vaults.at();
      await vaults.lay();
      const stop = new AbortController();
      const endless: Source = { kind: 'stream', name: '/endless', command: ['/bin/cat', '/dev/zero'] };
      const running = repository.save(
        { source: endless, host: HOST, tags: [] },
        ({ bytes }) => bytes > 0 && stop.abort(),
        stop.signal,
      );
      await expect(running).rejects.toThrow(/abort/i);
      expect(await readdir(join(vaults.folder, 'repository', 'locks'))).toEqual([]);
      await repository.check(100, patience());
      expect(await repository.snapshots({ host: HOST, tag: undefined }, patience())).toEqual([]);
    });

    test.skipIf(process.platform !== 'linux')(
      'keeps nothing of a dump whose agent was killed in the middle',
      async () => {
        const { vaults } = await setUp(program);
        const repository = vaults.at();
        await vaults.lay();
        const agent = fork(DYING, [vaults.folder, program], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
        onTestFinished(() => void agent.kill('SIGKILL'));
        await until(() => existsSync(join(vaults.folder, 'poured')), 'half of the dump');
        agent.kill('SIGKILL');
        await once(agent, 'exit');
        const atWork = () =>
          execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).includes('--stdin-filename=/shop-orders');
        await until(() => !atWork(), 'the end of restic');
        expect(await repository.snapshots({ host: HOST, tag: undefined }, patience())).toEqual([]);
      },
    );

    test('says who holds its lock, and takes only stale ones away', async () => {
      const { vaults, data } = await setUp(program);
      const repository = vaults.at();
      await vaults.lay();
      const env = {
        PATH: process.env.PATH,
        RESTIC_REPOSITORY: join(vaults.folder, 'repository'),
        RESTIC_PASSWORD_FILE: vaults.passwordFile,
        RESTIC_CACHE_DIR: vaults.cacheDir,
      };
      const holder = spawn(program, ['backup', '--stdin'], { env, stdio: ['pipe', 'ignore', 'ignore'] });
      onTestFinished(() => void holder.kill('SIGKILL'));
      const locks = () => readdir(join(vaults.folder, 'repository', 'locks'));
      await until(async () => (await locks()).length === 1, 'the lock');
      await expect(repository.prune(patience())).rejects.toMatchObject({
        code: 'backup-locked',
        message: expect.stringMatching(new RegExp(`locked by process ${holder.pid} on .*/backup_unlock$`)),
      });
      expect(await repository.unlock(patience())).toBe(1);
      const saved = await repository.save({ source: files(data), host: HOST, tags: [] }, quiet, patience());
      expect(saved.files).toBe(3);
      holder.kill('SIGKILL');
      await once(holder, 'exit');
      expect(await repository.unlock(patience())).toBe(0);
    });

    test.each(['locks', 'index', 'snapshots'] as const)(
      'does not wait for what is gone once it was listed: %s',
      async (kind) => {
        const { vaults, data } = await setUp(program);
        await vaults.lay();
        const saving = { source: files(data), host: HOST, tags: [] };
        await vaults.at().save(saving, quiet, patience());
        const folder = join(vaults.folder, 'repository');
        const [id = ''] = await readdir(join(folder, 'snapshots'));
        const repository = vaults.at(undefined, undefined, await losing(program, join(folder, kind, 'ab'.repeat(32))));
        const paths: string[] = [];
        const asked = {
          locks: () => repository.save(saving, quiet, patience()),
          index: () => repository.look(id, ({ path }) => void paths.push(path), [data], patience()),
          snapshots: () => repository.snapshots({ host: HOST, tag: undefined }, patience()),
        };
        const answer = await asked[kind]();
        if (kind === 'locks') expect(answer).toMatchObject({ files: 3 });
        if (kind === 'index') expect(paths).toContain(join(data, 'a'));
        if (kind === 'snapshots') expect(answer).toMatchObject([{ id }]);
        expect(await readdir(join(folder, 'locks'))).toEqual([]);
      },
    );

    test('tells a wrong password, an open password file, a missing, an unreachable and a damaged repository apart', async () => {
      const { vaults, data } = await setUp(program);
      const repository = vaults.at();
      await expect(repository.check(0, patience())).rejects.toMatchObject({ code: 'backup-no-repository' });
      await vaults.lay();
      await repository.save({ source: files(data), host: HOST, tags: [] }, quiet, patience());

      const wrong = join(vaults.folder, 'wrong');
      await writeFile(wrong, 'guess\n', { mode: 0o600 });
      await expect(vaults.at(undefined, wrong).reach(true, patience())).rejects.toMatchObject({
        code: 'backup-password',
        message: 'The password does not open the repository main. Look at node.backup.passwordFile.',
      });
      await chmod(wrong, 0o644);
      await expect(vaults.at(undefined, wrong).init(patience())).rejects.toMatchObject({ code: 'secret-file' });

      const offline = DestinationSpec.parse({ kind: 'sftp', host: 'backup@127.0.0.1', path: '/nowhere' });
      await expect(vaults.at(offline).snapshots({ host: HOST, tag: undefined }, patience())).rejects.toMatchObject({
        message: expect.stringContaining('main'),
      });

      const packs = join(vaults.folder, 'repository', 'data');
      const inner = (await readdir(packs, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
      for (const { parentPath, name } of inner) {
        const path = join(parentPath, name);
        const bytes = await readFile(path);
        bytes.fill(0x55, 10, 200);
        await chmod(path, 0o600);
        await writeFile(path, bytes);
      }
      await expect(repository.check(100, patience())).rejects.toMatchObject({ code: 'backup-damaged' });
    });
  });
});

async function setUp(program: string) {
  const folder = await temporaryFolder();
  const vaults = await makeVaults(join(folder, 'vaults'), program);
  const data = join(folder, 'data');
  await mkdir(join(data, 'sub'), { recursive: true });
  await writeFile(join(data, 'a'), 'hi');
  await writeFile(join(data, 'sub', 'b[1]*?'), 'x'.repeat(300_000));
  await writeFile(join(data, 'sub', 'c'), 'abcdef');
  return { vaults, data };
}

/** A restic that writes 1 KiB a second, and is gone at once when it is told to stop. */
async function slowed(program: string, folder: string): Promise<string> {
  const path = join(folder, 'slowed');
  await writeFile(path, `#!/bin/sh\n${program} --limit-upload=1 "$@" &\ntrap 'kill -KILL $!' INT\nwait\n`, {
    mode: 0o700,
  });
  return path;
}

/** A restic that lists a file that is gone when it reads it, and is not listed when restic is started for the second time. */
async function losing(program: string, listed: string): Promise<string> {
  const path = join(await temporaryFolder(), 'losing');
  await symlink('/nowhere', listed);
  const script = `#!/bin/sh\n[ -e ${path}.once ] && rm -f ${listed}\n: >${path}.once\nexec ${program} "$@"\n`;
  await writeFile(path, script, { mode: 0o700 });
  return path;
}
