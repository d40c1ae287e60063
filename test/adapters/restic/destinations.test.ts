import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Repository } from '#src/adapters/restic/repository.ts';
import { DestinationSpec } from '#src/adapters/restic/spec.ts';
import { emptyRepository } from '../../fixtures/emptyRepository.ts';
import { restServer, s3Server } from '../../fixtures/objectStore.ts';
import { makeVaults, PASSWORD, whyWithoutRestic } from '../../fixtures/restic.ts';
import { sftpHere, startSftp } from '../../fixtures/sftp.ts';
import { temporaryFolder } from '../temporary.ts';

const WHY_NOT = whyWithoutRestic();
const LONG = { timeout: 120_000 };
const OF = { host: 'alpha', tag: 'set:shop' };
const patience = () => AbortSignal.timeout(100_000);

/** One kind of destination, and how to keep this node out of it. */
interface Place {
  spec: object;
  /** Puts a file of a repository there. */
  put(name: string, bytes: Buffer): Promise<void> | void;
  /** Nobody is let in any more. */
  refuse(): Promise<void> | void;
  /** It cannot be reached any more. */
  leave(): Promise<void>;
}

const KINDS: Record<string, { skip?: boolean; open: (folder: string) => Promise<Place> }> = {
  'a REST server': {
    async open() {
      const server = await restServer();
      onTestFinished(() => server.close().catch(() => {}));
      const put = (name: string, bytes: Buffer) => void server.objects.set(`/${name}`, bytes);
      return { spec: { kind: 'rest', url: `${server.url}/` }, put, refuse: server.refuse, leave: server.close };
    },
  },
  'a bucket of S3': {
    async open(folder) {
      const server = await s3Server('the-key-id');
      onTestFinished(() => server.close().catch(() => {}));
      const credentials = join(folder, 'credentials');
      await writeFile(credentials, 'AWS_ACCESS_KEY_ID=the-key-id\nAWS_SECRET_ACCESS_KEY=hush\n', { mode: 0o600 });
      const spec = { kind: 's3', url: `${server.url}/backups`, credentials };
      const put = (name: string, bytes: Buffer) => void server.objects.set(name, bytes);
      return { spec, put, refuse: server.refuse, leave: server.close };
    },
  },
  [`a machine by SFTP (${sftpHere() ?? 'skipped without openssh-sftp-server'})`]: {
    skip: sftpHere() === undefined,
    async open(folder) {
      const { host, bin, refuse, close } = await startSftp(join(folder, 'ssh'));
      onTestFinished(close);
      vi.stubEnv('PATH', `${bin}:${process.env['PATH']}`);
      onTestFinished(() => void vi.unstubAllEnvs());
      const leave = async () => {
        await close();
        if (sftpHere() === 'sftp-server') await writeFile(join(bin, 'ssh'), '#!/bin/sh\nexit 255\n');
      };
      const path = join(folder, 'far', 'repository');
      const put = async (name: string, bytes: Buffer) => {
        await mkdir(dirname(join(path, name)), { recursive: true });
        await writeFile(join(path, name), bytes);
      };
      return { spec: { kind: 'sftp', host, path }, put, refuse, leave };
    },
  },
};

describe.skipIf(WHY_NOT !== undefined)(`the real restic${WHY_NOT ? ` (${WHY_NOT})` : ''}`, () => {
  for (const [name, { skip = false, open }] of Object.entries(KINDS))
    describe.skipIf(skip)(`to ${name}`, () => {
      test('is made once', LONG, async () => {
        const { repository } = await setUp(open);
        expect(await repository.init(patience())).toBe(true);
        expect(await repository.init(patience())).toBe(false);
        await repository.reach(true, patience());
      });

      test('saves, lists, compares, checks, restores and drops', LONG, async () => {
        const { repository, data, folder, lay } = await setUp(open);
        await lay();
        await save(repository, data);
        await appendFile(join(data, 'orders'), 'one more');
        await save(repository, data);
        const [older, newer] = await repository.snapshots(OF, patience());
        if (!older || !newer) throw new Error('two were saved');
        expect(await repository.diff(older.id, newer.id, patience())).toMatchObject({ changed: 1, added: 0 });
        await repository.check(100, patience());
        const target = join(folder, 'out');
        await repository.restore({ id: older.id, include: [data], target }, patience());
        expect(await readFile(join(target, data, 'orders'), 'utf8')).toBe('x'.repeat(200_000));
        expect(await repository.prune({ ...OF, keep: { last: 1 } }, patience())).toEqual({ kept: 1, removed: 1 });
        expect(await repository.unlock(patience())).toBe(0);
      });

      test('says that it lets nobody in, and that it is away, without making anything', LONG, async () => {
        const { repository, data, place, lay } = await setUp(open);
        await lay();
        await place.refuse();
        await expect(repository.init(patience())).rejects.toMatchObject({
          code: 'backup-refused',
          message: 'The destination main does not let this node in. Look at its credentials, and at the rights there.',
        });
        await place.leave();
        for (const act of [() => save(repository, data), () => repository.snapshots(OF, patience())])
          await expect(act()).rejects.toMatchObject({
            code: 'backup-unreachable',
            message: 'The repository main cannot be reached. Is it up, and is the network? Try again.',
          });
      });
    });
});

async function setUp(open: (folder: string) => Promise<Place>) {
  const folder = await temporaryFolder();
  const vaults = await makeVaults(join(folder, 'vaults'));
  const data = join(folder, 'data');
  await mkdir(data);
  await mkdir(join(folder, 'far'));
  await writeFile(join(data, 'orders'), 'x'.repeat(200_000));
  await writeFile(join(data, 'odd [1]*?'), 'y');
  const place = await open(folder);
  const lay = async () => {
    for (const [name, bytes] of emptyRepository(PASSWORD)) await place.put(name, bytes);
  };
  return { folder, data, place, lay, repository: vaults.at(DestinationSpec.parse(place.spec)) };
}

async function save(repository: Repository, data: string) {
  const source = { kind: 'files', paths: [data], excludes: [] } as const;
  return await repository.save({ source, host: OF.host, tags: [OF.tag] }, () => {}, patience());
}
