import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createQuiet } from '#src/adapters/backup/quiet.ts';
import { Problem } from '#src/kit/problem.ts';
import { memoryWorkloads } from '../restore/workloads.ts';
import { temporaryFolder } from '../temporary.ts';

const OF = { set: 'shop', names: ['web', 'db', 'idle'] };
const { signal } = new AbortController();

test('what runs is stopped in its order, and started again the other way round', async () => {
  const { quiet, users, folder } = await setUp(['web', 'db']);
  const seen = await quiet.during(
    OF,
    async (stopped) => {
      users.log.push(`read while ${stopped.join(', ')} are stopped`);
      return await readdir(folder);
    },
    signal,
  );
  expect(seen).toEqual({ value: ['shop.json'], woken: { resumed: ['db', 'web'], unwell: [] } });
  expect(users.log).toEqual(['stop web', 'stop db', 'read while web, db are stopped', 'start db', 'start web']);
  expect(await quiet.asleep()).toEqual([]);
});

test('where nothing runs, nothing is noted', async () => {
  const { quiet, users } = await setUp([]);
  expect(await quiet.during(OF, async () => await quiet.asleep(), signal)).toEqual({ value: [], woken: undefined });
  expect(users.log).toEqual([]);
});

test.each([new Problem('full', 'There is no space left.'), new Error('cancelled')])(
  'it starts them again when the reading ends with %s',
  async (error) => {
    const { quiet, users } = await setUp(['db']);
    await expect(quiet.during(OF, () => Promise.reject(error), signal)).rejects.toBe(error);
    expect(users.log).toEqual(['stop db', 'start db']);
    expect(await quiet.asleep()).toEqual([]);
  },
);

test('when one cannot be stopped, nothing is read, and those before it run again', async () => {
  const { quiet, users, workloads } = await setUp(['web', 'db']);
  const stop = workloads.stop;
  workloads.stop = async (name, ...rest) => {
    if (name === 'db') throw new Problem('stop', 'db does not stop.');
    return await stop(name, ...rest);
  };
  const read = async () => void users.log.push('read');
  await expect(quiet.during(OF, read, signal)).rejects.toThrow('db does not stop.');
  expect(users.log).toEqual(['stop web', 'start db', 'start web']);
});

test('the next life starts what one that died has left stopped, once', async () => {
  const { quiet, users, again } = await setUp(['db']);
  const stuck = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  const read = async () => {
    reached.resolve();
    await stuck.promise;
  };
  void quiet.during(OF, read, signal);
  await reached.promise;
  const next = again();
  expect(await next.asleep()).toEqual(['shop']);
  expect(await next.wake('shop', signal)).toEqual({ resumed: ['db'], unwell: [] });
  expect(users.log).toEqual(['stop db', 'start db']);
  expect(await next.wake('shop', signal)).toBeUndefined();
  stuck.resolve();
});

test('what does not come back is told with what failed, and stays on record', async () => {
  const { quiet } = await setUp(['db'], ['db']);
  const sick = [{ name: 'db', reason: 'db does not run. Read its log.' }];
  expect((await quiet.during(OF, async () => {}, signal)).woken).toEqual({ resumed: [], unwell: sick });
  expect(await quiet.wake('shop', signal)).toEqual({ resumed: [], unwell: sick });
  expect(await quiet.asleep()).toEqual(['shop']);
  const { quiet: other } = await setUp(['db'], ['db']);
  const full = () => Promise.reject(new Problem('full', 'There is no space left.'));
  await expect(other.during(OF, full, signal)).rejects.toThrow(
    'There is no space left. And db did not come back: db does not run. Read its log.',
  );
});

test('what cannot be noted is not stopped', async () => {
  const { users, workloads, folder } = await setUp(['db']);
  await writeFile(join(folder, '..', 'file'), '');
  const quiet = createQuiet(join(folder, '..', 'file', 'quiet'), workloads);
  await expect(quiet.during(OF, async () => {}, signal)).rejects.toThrow(/^db was not stopped, since that cannot be/);
  expect(users.log).toEqual([]);
});

async function setUp(running: string[], sick: string[] = []) {
  const folder = join(await temporaryFolder(), 'quiet');
  const users = memoryWorkloads(running, sick);
  const { workloads } = users;
  const again = () => createQuiet(folder, workloads);
  return { folder, users, workloads, quiet: again(), again };
}
