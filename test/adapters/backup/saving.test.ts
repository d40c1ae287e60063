import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Place } from '#src/adapters/backup/find.ts';
import { createHistory } from '#src/adapters/backup/history.ts';
import { createQuiet } from '#src/adapters/backup/quiet.ts';
import { createRecords } from '#src/adapters/backup/record.ts';
import { createSaver } from '#src/adapters/backup/saving.ts';
import { BackupSpec } from '#src/adapters/backup/spec.ts';
import type { Repository } from '#src/adapters/restic/repository.ts';
import type { Saving } from '#src/adapters/restic/save.ts';
import { Problem } from '#src/kit/problem.ts';
import { memoryWorkloads } from '../restore/workloads.ts';
import { patience, temporaryFolder } from '../temporary.ts';

test('what is backed up before a restore goes to the first destination that takes it, the one of the restored backup before the others', async () => {
  const { saver, asked } = await setUp({ full: ['nas'] });
  const saved = await saver.emergency({ set: 'shop', paths: ['/srv/shop'], first: 'nas' }, patience());
  expect(saved).toMatchObject({
    destination: 'disk',
    snapshot: 'abcdabcd',
    unread: ['/srv/shop/shut'],
  });
  expect(asked.map(({ at }) => at)).toEqual(['nas', 'disk']);
});

test("its failure is that of the restored backup's own destination when none takes it", async () => {
  const { saver, asked } = await setUp({ full: ['disk', 'nas', 'cloud'] });
  const failing = saver.emergency({ set: 'shop', paths: ['/srv/shop'], first: 'nas' }, patience());
  await expect(failing).rejects.toMatchObject({
    code: 'backup-full',
    message:
      'What is there could not be backed up first, so nothing was restored. nas is full. Or copy the backup beside it: /restore_copy',
  });
  expect(asked.map(({ at }) => at)).toEqual(['nas', 'disk', 'cloud']);
});

test('it leaves out what the set leaves out, and nothing of a path inside of it', async () => {
  const { saver, asked } = await setUp({ full: [] });
  await saver.emergency({ set: 'shop', paths: ['/srv/shop'], first: 'disk' }, patience());
  await saver.emergency({ set: 'shop', paths: ['/srv/shop/cache'], first: 'disk' }, patience());
  const excludes = asked.map(({ saving: { source } }) => (source.kind === 'files' ? source.excludes : []));
  expect(excludes).toEqual([
    ['cache', '.nightguard-stage-*', '.nightguard-old-*', expect.stringMatching(/state$/)],
    ['.nightguard-stage-*', '.nightguard-old-*', expect.stringMatching(/state$/)],
  ]);
});

/** The saver of a set with three destinations, none of which can do more than save. */
async function setUp({ full }: { full: string[] }) {
  const state = join(await temporaryFolder(), 'state');
  const spec = BackupSpec.parse({
    passwordFile: '/etc/password',
    destinations: Object.fromEntries(['disk', 'nas', 'cloud'].map((at) => [at, { kind: 'path', path: `/mnt/${at}` }])),
    sets: { shop: { paths: ['/srv/shop'], excludes: ['cache'] } },
  });
  const asked: { at: string; saving: Saving }[] = [];
  const places = Object.keys(spec.destinations).map((at): Place => {
    const save: Repository['save'] = async (saving) => {
      asked.push({ at, saving });
      if (full.includes(at)) throw new Problem('backup-full', `${at} is full.`);
      return {
        ...{ snapshot: 'abcdabcd', files: 1, changed: 1, bytes: 1, addedBytes: 1 },
        ...{ unread: ['/srv/shop/shut'], unreadCount: 1 },
      };
    };
    return { destination: at, path: undefined, leastPercent: 0, now: () => 0, repository: { save } as Repository };
  });
  const { workloads } = memoryWorkloads([]);
  const saver = createSaver(
    { ...{ spec, node: 'alpha', state, workloads, now: () => 0 }, command: { run: () => Promise.reject() } },
    {
      places: { of: () => places, all: () => places },
      history: createHistory(join(state, 'backups.json')),
      records: createRecords(join(state, 'backups'), () => 0),
      quiet: createQuiet(join(state, 'quiet'), workloads),
    },
  );
  return { saver, asked };
}
