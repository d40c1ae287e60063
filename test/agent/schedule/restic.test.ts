import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createBackups } from '#src/adapters/backup/backups.ts';
import { BackupSpec } from '#src/adapters/backup/spec.ts';
import { createCommand } from '#src/adapters/command.ts';
import { createErrands } from '#src/adapters/errand/errands.ts';
import { createJournal } from '#src/agent/journal.ts';
import { createLanes } from '#src/agent/lanes.ts';
import { createSchedule } from '#src/agent/schedule/schedule.ts';
import { memoryWorkloads } from '../../adapters/restore/workloads.ts';
import { temporaryFolder, until } from '../../adapters/temporary.ts';
import { makeVaults, whyWithoutRestic } from '../../fixtures/restic.ts';

const WHY_NOT = whyWithoutRestic();
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const { signal } = new AbortController();

describe.skipIf(WHY_NOT !== undefined)(`a schedule with the real restic${WHY_NOT ? ` (${WHY_NOT})` : ''}`, () => {
  test('saves, checks, proves and drops without anybody asking, and remembers it over a restart', {
    timeout: 120_000,
  }, async () => {
    const node = await prepare({
      schedule: 'hourly',
      check: 'daily',
      drill: 'daily',
      prune: 'daily',
      keep: { last: 2 },
    });
    await node.pass(5);
    expect(await node.snapshots()).toBe(1);
    await node.passTo(DAY_MS);
    await node.pass(20);
    const [before] = await node.backups.known();
    expect(before?.chores).toMatchObject({
      save: { failures: 0, doneAt: expect.any(Number) },
      check: { failures: 0, doneAt: expect.any(Number) },
      drill: { failures: 0, doneAt: expect.any(Number) },
      prune: { failures: 0, doneAt: expect.any(Number) },
    });
    expect(await node.snapshots()).toBeLessThanOrEqual(3);
    const [after] = await node.again().backups.known();
    expect(after).toEqual(before);
  });

  test('does not make a new repository where an old one went away, and saves once it is back', {
    timeout: 120_000,
  }, async () => {
    const node = await prepare({ schedule: 'hourly' });
    await node.pass(5);
    await rename(node.repository, `${node.repository}.gone`);
    await node.pass(66);
    expect((await node.backups.known())[0]?.chores.save).toMatchObject({
      failures: 3,
      failure: { code: 'backup-no-repository' },
    });
    // Nothing was made in its place, which would be in the way now.
    await rename(`${node.repository}.gone`, node.repository);
    await node.pass(10);
    expect(await node.snapshots()).toBe(2);
  });

  test('stops for a restore, leaves no lock and no failure behind, and saves later', { timeout: 120_000 }, async () => {
    const hang = { command: [process.execPath, '-e', 'setTimeout(() => {}, 60_000)'] };
    const node = await prepare({ schedule: 'hourly', dumps: { hang } });
    const saving = node.schedule.look(signal);
    await until(async () => (await readdir(join(node.repository, 'locks'))).length > 0, 'the lock of the run');
    await node.schedule.makeWay('restore');
    await saving;
    // What was half written when it was told to stop is no lock.
    expect((await readdir(join(node.repository, 'locks'))).filter((name) => !name.includes('-tmp-'))).toEqual([]);
    const [known] = await node.backups.known();
    expect(known).toMatchObject({ running: undefined, chores: { save: { failures: 0, doneAt: undefined } } });
    await node.pass(14);
    expect(await node.snapshots(), 'a person may still be reading').toBe(0);
  });

  test('does again what an agent that was killed did not end', { timeout: 120_000 }, async () => {
    const node = await prepare({ schedule: 'hourly' });
    await node.interrupted();
    const next = node.again();
    await next.schedule.recover();
    expect((await next.backups.known())[0]?.chores.save).toMatchObject({
      failures: 1,
      failure: { code: 'interrupted' },
    });
    await next.pass(8);
    expect((await next.backups.known())[0]?.chores.save).toMatchObject({ failures: 0, failure: undefined });
    expect(await next.snapshots()).toBe(1);
  });
});

async function prepare(set: object) {
  const folder = await temporaryFolder();
  const { passwordFile, lay } = await makeVaults(folder);
  const repository = join(folder, 'disk');
  await lay(repository);
  const data = join(folder, 'data');
  await mkdir(data);
  await writeFile(join(data, 'file'), 'x'.repeat(1000));
  const clock = { now: Date.UTC(2026, 2, 18, 10, 30) };
  const spec = BackupSpec.parse({
    ...{ passwordFile, timezone: 'UTC', destinations: { disk: { kind: 'path', path: repository } } },
    sets: { docs: { paths: [data], ...set } },
  });
  const life = () => {
    const [state, command, log] = [join(folder, 'state'), createCommand(), pino({ level: 'silent' })];
    const { workloads } = memoryWorkloads([]);
    const now = () => clock.now;
    const backups = createBackups({ spec, node: 'alpha', state, command, workloads, now });
    const journal = createJournal({ file: ':memory:', now });
    onTestFinished(() => journal.close());
    const errands = createErrands({ command, folder: join(state, 'errands'), log });
    const schedule = createSchedule({
      ...{ spec, node: 'alpha', backups, journal, errands, lanes: createLanes(), now, log },
      hindrance: () => undefined,
    });
    const pass = async (minutes: number, eachMs = MINUTE_MS) => {
      for (let n = 0; n < minutes; n += 1) {
        clock.now += eachMs;
        await schedule.look(signal);
      }
    };
    return {
      ...{ backups, schedule, pass },
      passTo: async (ms: number) => {
        clock.now += ms;
      },
      snapshots: async () => (await backups.list('docs', signal)).flatMap(({ snapshots }) => snapshots).length,
    };
  };
  return {
    ...life(),
    ...{ repository, data },
    /** The agent begins anew. */
    again: life,
    /** A backup begins, and its agent is no more before it ends. */
    interrupted: async () => {
      const never = { run: () => new Promise<never>(() => {}) };
      const state = join(folder, 'state');
      const { workloads } = memoryWorkloads([]);
      const dying = createBackups({ spec, node: 'alpha', state, command: never, workloads, now: () => clock.now });
      void dying.save({ set: 'docs' }, () => {}, signal);
      await until(() => existsSync(join(state, 'backups', 'docs.json')), 'the run');
    },
  };
}
