import { appendFile, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import backup from '#handlers/backup.ts';
import backupCheck from '#handlers/backup_check.ts';
import backupDiff from '#handlers/backup_diff.ts';
import backupPrune from '#handlers/backup_prune.ts';
import backupUnlock from '#handlers/backup_unlock.ts';
import backups from '#handlers/backups.ts';
import restore from '#handlers/restore.ts';
import restoreDrill from '#handlers/restore_drill.ts';
import restoreUndo from '#handlers/restore_undo.ts';
import { createBackups } from '#src/adapters/backup/backups.ts';
import { createCommand } from '#src/adapters/command.ts';
import { hashTree } from '#src/adapters/tree/tree.ts';
import { NodeConfig } from '#src/agent/config.ts';
import type { Tools } from '#src/operation/tools.ts';
import { memoryWorkloads } from '../adapters/restore/workloads.ts';
import { makeData } from '../fixtures/data.ts';
import { makeVaults, whyWithoutRestic } from '../fixtures/restic.ts';
import { beforeOf, tell, toolsWith, workOf } from '../handlers/tools.ts';

const WHY_NOT = whyWithoutRestic();
const INPUT = { set: 'shop' };
let node: Awaited<ReturnType<typeof prepare>>;

/** One life of a set: each test goes on where the one before it ended. */
describe.skipIf(WHY_NOT !== undefined)(
  `a node that is backed up by the real restic${WHY_NOT ? ` (${WHY_NOT})` : ''}`,
  () => {
    beforeAll(async () => {
      node = await prepare();
    });
    afterAll(() => rm(node.folder, { recursive: true, force: true }));

    test('has nothing yet, and says so', async () => {
      expect(await tell(backups, INPUT, node)).toMatchObject({
        tone: 'warn',
        title: 'no fresh backup of shop; main, other cannot be asked',
      });
    });

    test('saves files and a dump to both destinations', async () => {
      for (const name of ['main', 'other']) await node.lay(join(node.folder, name));
      const plan = await backup.plan(workOf(backup, INPUT, node.tools));
      expect(plan.facts).toContainEqual({
        label: '3-2-1',
        value: '3 copies on 3 media, 0 off site · none yet, as far as this node knows',
        limit: '3 copies on 2 media, 1 off site',
        tone: 'warn',
      });
      const before = await beforeOf(backup, INPUT, node.tools);
      expect(await tell(backup, INPUT, { ...node, before })).toMatchObject({
        tone: 'ok',
        title: expect.stringMatching(/^shop saved to main, other in .*: [\d.]+ [KM]B$/),
        facts: expect.arrayContaining([{ label: 'other', value: expect.stringContaining('dump orders'), tone: 'ok' }]),
      });
      expect(await backup.verify({ ...workOf(backup, INPUT, node.tools), before })).toMatchObject({
        verdict: 'verified applied',
      });
      const another = await beforeOf(backup, INPUT, node.tools);
      expect(await backup.verify({ ...workOf(backup, INPUT, node.tools), before: another })).toMatchObject({
        verdict: 'verified not applied',
        because: expect.stringContaining('0 of 4'),
      });
    });

    test('tells what changed between two backups', async () => {
      await appendFile(join(node.data, 'plain'), 'more');
      await backup.run({ ...workOf(backup, INPUT, node.tools), before: {}, step: (_, act) => act(), note: () => {} });
      expect(await tell(backupDiff, INPUT, node)).toMatchObject({
        title: expect.stringMatching(/^shop: 1 file differs from [0-9a-f]{8} to [0-9a-f]{8}$/),
        block: { text: expect.stringContaining(`M ${node.data}/plain`) },
      });
    });

    test('lists them with age, size and place', async () => {
      const reply = await tell(backups, INPUT, node);
      expect(reply).toMatchObject({ tone: 'ok', title: '8 backups of 1 set, all fresh' });
      expect(reply.facts).toContainEqual({
        label: expect.stringMatching(/^[0-9a-f]{8}$/),
        value: expect.stringMatching(/old · other · [\d.]+ [KM]B, [\d.]+ [KM]?B of it new$/),
      });
    });

    test('is sound, has no locks, and is proven to be restorable', async () => {
      expect(await tell(backupCheck, { ...INPUT, percent: '100' }, node)).toMatchObject({ tone: 'ok' });
      expect(await tell(backupUnlock, INPUT, node)).toMatchObject({ tone: 'ok', title: 'no locks are left on shop' });
      await mkdir(join(node.state, 'drill', 'left by one that was killed'), { recursive: true, mode: 0o700 });
      expect(await tell(restoreDrill, INPUT, node)).toMatchObject({
        title: expect.stringMatching(/^shop can be restored: proven in/),
        facts: expect.arrayContaining([
          { label: 'Compared', value: expect.stringMatching(/^\d+ files, /), tone: 'ok' },
        ]),
      });
      expect(await readdir(join(node.state, 'drill'))).toEqual([]);
    });

    test('is proven by a program of its own, which sees every path in full and may say no', async () => {
      await expect(tell(restoreDrill, { set: 'strict' }, node)).rejects.toMatchObject({ code: 'unknown-snapshot' });
      await node.tools.backups.save({ set: 'strict' }, () => {}, AbortSignal.timeout(60_000));
      expect((await tell(restoreDrill, { set: 'strict' }, node)).facts).toContainEqual({
        label: 'Its check',
        value: 'is content with what was restored',
        tone: 'ok',
      });
      await writeFile(join(node.folder, 'live', 'orders'), 'none');
      await node.tools.backups.save({ set: 'strict' }, () => {}, AbortSignal.timeout(60_000));
      await expect(tell(restoreDrill, { set: 'strict' }, node)).rejects.toMatchObject({
        code: 'drill-check',
        message:
          'The backup of strict is restored as it was saved, but its check says no: grep failed with exit code 1. Try an older one: /backups',
      });
      const strict = (await node.tools.backups.known()).find(({ name }) => name === 'strict');
      expect(strict?.chores.drill).toMatchObject({ failures: 1, failure: { code: 'drill-check' } });
      expect(await readdir(join(node.state, 'drill'))).toEqual([]);
    });

    test('is restored as it was, with its users paused, and undone', async () => {
      const was = await digest(node.data);
      await writeFile(join(node.data, 'plain'), 'damage');
      await rm(join(node.data, 'hole.img'));
      const damaged = await digest(node.data);
      const plan = await restore.plan(workOf(restore, INPUT, node.tools));
      expect(plan.facts).toEqual(
        expect.arrayContaining([
          { label: 'Replaces', value: node.data },
          { label: 'Stops meanwhile', value: 'web, idle' },
        ]),
      );
      expect(await restore.plan(workOf(restore, INPUT, node.tools))).toEqual({ ...plan, facts: expect.anything() });
      const before = await beforeOf(restore, INPUT, node.tools);
      expect(await tell(restore, INPUT, { ...node, before })).toMatchObject({
        tone: 'ok',
        facts: expect.arrayContaining([{ label: 'Runs again', value: 'web', tone: 'ok' }]),
        buttons: [{ label: 'Undo', operation: 'restore_undo', input: INPUT }],
      });
      expect(await digest(node.data)).toBe(was);
      const work = { ...workOf(restore, INPUT, node.tools), before };
      expect(await restore.verify(work)).toMatchObject({ verdict: 'verified applied' });

      expect(await tell(restoreUndo, INPUT, node)).toMatchObject({ tone: 'ok' });
      expect(await digest(node.data)).toBe(damaged);
      expect(node.users.log).toEqual(['stop web', 'start web', 'stop web', 'start web']);
    });

    test('restores one chosen file, from an older backup, and refuses what is not in the set', async () => {
      const older = (await node.tools.backups.list('shop', AbortSignal.timeout(60_000)))
        .flatMap(({ snapshots }) => snapshots)
        .filter(({ part, emergency }) => part === 'files' && !emergency)
        .at(-1);
      const input = { ...INPUT, snapshot: older?.id.slice(0, 8) ?? '', path: join(node.data, 'plain') };
      expect((await tell(restore, input, node)).facts).toContainEqual({
        label: 'Kept',
        value: expect.stringMatching(`^${join(node.folder, 'live')}/.nightguard-old-[^/]*$`),
        tone: 'info',
      });
      expect(await readFile(join(node.data, 'plain'), 'utf8')).toBe('first');
      await expect(restore.plan(workOf(restore, { ...INPUT, path: '/etc/passwd' }, node.tools))).rejects.toMatchObject({
        code: 'restore-path',
      });
      await expect(
        restore.plan(workOf(restore, { ...INPUT, path: `${node.data}/../../etc` }, node.tools)),
      ).rejects.toMatchObject({ code: 'restore-path' });
      await expect(restore.plan(workOf(restore, { set: 'shap' }, node.tools))).rejects.toThrow(/Did you mean shop/);
    });

    test('stops what has to be still only while files are read, and not for a repository that cannot be used', async () => {
      const { log } = node.users;
      log.length = 0;
      const notes: (readonly string[])[] = [];
      const save = (set: string) =>
        node.tools.backups.save({ set }, ({ stopped = [] }) => notes.push(stopped), AbortSignal.timeout(60_000));
      const { parts, failed, woken } = await save('still');
      expect({ parts: parts.map(({ destination, part }) => `${destination} ${part}`), failed, woken }).toEqual({
        parts: ['main state', 'main files', 'other state', 'other files'],
        failed: [],
        woken: { resumed: ['web'], unwell: [] },
      });
      expect(log).toEqual(['stop web', 'start web']);
      expect(notes).toContainEqual(['web']);
      expect(await node.tools.backups.asleep()).toEqual([]);

      await rename(join(node.folder, 'main'), join(node.folder, 'gone'));
      await rename(join(node.folder, 'other'), join(node.folder, 'gone too'));
      await expect(save('still')).rejects.toMatchObject({ code: 'backup-no-repository' });
      await rename(join(node.folder, 'gone'), join(node.folder, 'main'));
      await rename(join(node.folder, 'gone too'), join(node.folder, 'other'));
      expect(log).toEqual(['stop web', 'start web']);
    });

    test('drops what it does not keep, says so before, and is sound after it', async () => {
      const { facts } = await backupPrune.plan(workOf(backupPrune, INPUT, node.tools));
      expect(facts).toContainEqual({ label: 'Keeps', value: 'last 1' });
      expect(facts).toContainEqual({ label: 'main', value: expect.stringMatching(/^\d+ go, \d+ stay$/), tone: 'warn' });
      expect(await tell(backupPrune, INPUT, node)).toMatchObject({
        tone: 'ok',
        title: expect.stringMatching(/^\d+ backups? of shop dropped/),
      });
      expect(await tell(backupCheck, { ...INPUT, percent: '0' }, node)).toMatchObject({ tone: 'ok' });
    });
  },
);

async function prepare() {
  const folder = await mkdtemp(join(tmpdir(), 'nightguard-'));
  const { passwordFile, lay } = await makeVaults(folder);
  const [data, state] = [join(folder, 'live', 'data'), join(folder, 'state')];
  const orders = join(folder, 'live', 'orders');
  makeData(data, 11, { files: 60, bytes: 200_000 });
  await mkdir(state);
  await writeFile(orders, '3 orders');
  await writeFile(join(data, 'plain'), 'first');
  const { backup: spec } = NodeConfig.parse({
    name: 'alpha',
    backup: {
      passwordFile,
      destinations: {
        main: { kind: 'path', path: join(folder, 'main'), medium: 'disk' },
        other: { kind: 'path', path: join(folder, 'other'), medium: 'stick' },
      },
      sets: {
        shop: {
          paths: [data],
          dumps: { orders: { command: [process.execPath, '-e', 'process.stdout.write("orders")'] } },
          pause: ['web', 'idle'],
          keep: { last: 1 },
        },
        still: {
          paths: [orders],
          dumps: { state: { command: ['cat', orders] } },
          pauseToSave: ['web', 'idle'],
        },
        strict: { paths: [data, orders], to: ['main'], drillCheck: { command: ['grep', '3 orders', `.${orders}`] } },
      },
    },
  });
  const users = memoryWorkloads(['web']);
  const tools: Tools = toolsWith({
    backups: createBackups({
      spec,
      node: 'alpha',
      state,
      command: createCommand(),
      workloads: users.workloads,
      now: () => Date.now(),
    }),
  });
  return { folder, data, state, tools, users, lay };
}

async function digest(path: string): Promise<string> {
  return (await hashTree(path, AbortSignal.timeout(60_000))).digest;
}
