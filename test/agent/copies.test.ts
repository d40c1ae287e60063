import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import backupFiles from '#handlers/backup_files.ts';
import restore from '#handlers/restore.ts';
import restoreCopy from '#handlers/restore_copy.ts';
import { createBackups } from '#src/adapters/backup/backups.ts';
import { createCommand } from '#src/adapters/command.ts';
import { hashTree } from '#src/adapters/tree/tree.ts';
import { NodeConfig } from '#src/agent/config.ts';
import type { Input } from '#src/operation/args.ts';
import type { Tools } from '#src/operation/tools.ts';
import { memoryWorkloads } from '../adapters/restore/workloads.ts';
import { makeData } from '../fixtures/data.ts';
import { makeVaults, whyWithoutRestic } from '../fixtures/restic.ts';
import { beforeOf, tell, toolsWith, workOf } from '../handlers/tools.ts';

const WHY_NOT = whyWithoutRestic();
const INPUT = { set: 'shop' };
let node: Awaited<ReturnType<typeof prepare>>;

describe.skipIf(WHY_NOT !== undefined)(
  `a backup that the real restic has made${WHY_NOT ? ` (${WHY_NOT})` : ''}`,
  () => {
    beforeAll(async () => {
      node = await prepare();
    });
    afterAll(() => rm(node.folder, { recursive: true, force: true }));

    test('can be looked into, folder by folder, with what can be done as buttons', async () => {
      const top = await tell(backupFiles, INPUT, node);
      expect(top.title).toMatch(/^shop has \d+ things in .*\/live\/data$/);
      expect(top.block?.text.split('\n')).toEqual(
        expect.arrayContaining([expect.stringMatching(/\/$/), expect.stringMatching(/^plain {2}5 B {2}20\d\d-/)]),
      );
      const [all, , open] = top.buttons;
      expect(all).toMatchObject({ label: 'Restore data', operation: 'restore', input: { path: node.data } });
      expect(open).toMatchObject({ label: expect.stringMatching(/^Open .*\/$/), operation: 'backup_files' });
      const below = await tell(backupFiles, open?.input ?? {}, node);
      expect(below.title).toContain(` in ${open?.input['path']}`);
      expect(below.buttons[1]).toMatchObject({ operation: 'restore_copy', input: open?.input });

      const dump = await tell(backupFiles, { ...INPUT, part: 'orders' }, node);
      expect(dump.block?.text).toMatch(/^shop-orders {2}6 B {2}/);
      expect(dump.buttons.map(({ operation }) => operation)).toEqual(['restore_copy']);
      await expect(tell(backupFiles, { ...INPUT, path: '/etc' }, node)).rejects.toMatchObject({ code: 'restore-path' });
      await expect(tell(backupFiles, { ...INPUT, part: 'x' }, node)).rejects.toThrow(/--part orders/);
    });

    test('is copied to a new folder, files or a dump, beside what is there', async () => {
      const copies = join(node.folder, 'copies');
      const input = { ...INPUT, as: 'look' };
      await expect(copied(input)).rejects.toThrow(`Make it: mkdir -m 700 ${copies}`);
      await mkdir(copies);
      await chmod(copies, 0o777);
      await expect(copied(input)).rejects.toThrow(`Close it: chmod go-w ${copies}`);
      await chmod(copies, 0o700);
      if (process.getuid?.() === 0) {
        await chown(copies, 12345, 12345);
        await expect(copied(input)).rejects.toThrow(`Run: chown 0 ${copies}`);
        await chown(copies, 0, 0);
      }
      const was = await digest(node.data);
      const newest = await node.tools.backups.contents({ set: 'shop' }, AbortSignal.timeout(60_000));

      const { plan, reply } = await copied(INPUT);
      const to = join(copies, `shop-${newest.snapshot.id.slice(0, 8)}`);
      expect(plan.facts).toContainEqual({ label: 'To', value: `${to}, a new folder` });
      expect(reply).toMatchObject({ tone: 'ok', facts: [{ label: 'At', value: to, tone: 'ok' }, expect.anything()] });
      expect(await digest(join(to, node.data))).toBe(was);
      expect(await digest(node.data)).toBe(was);
      expect((await stat(to)).mode & 0o777).toBe(0o700);
      await expect(copied(INPUT)).rejects.toThrow(`${to} is there already. Name another folder with --as`);

      await copied({ ...INPUT, path: join(node.data, 'plain'), as: 'one' });
      expect(await readFile(join(copies, 'one', node.data, 'plain'), 'utf8')).toBe('first');
      const dump = (await copied({ ...INPUT, part: 'orders' })).reply.facts[0]?.value ?? '';
      expect(basename(dump)).toMatch(/^shop-[0-9a-f]{8}-orders$/);
      expect(await readFile(join(dump, 'shop-orders'), 'utf8')).toBe('orders');
      expect((await readdir(copies)).sort()).toEqual([basename(dump), basename(to), 'one'].sort());
      await expect(copied({ ...INPUT, path: `${node.data}/../..`, as: 'out' })).rejects.toMatchObject({
        code: 'restore-path',
      });
      expect((await readdir(copies)).filter((name) => name.startsWith('.'))).toEqual([]);
    });

    test('has nothing of a path that was added to its set since, which stays as it is', async () => {
      const mail = join(node.folder, 'live', 'mail');
      await mkdir(mail);
      const later = toolsWith({ backups: backupsOf({ ...node, paths: [node.data, mail] }) });
      const { facts } = await restore.plan(workOf(restore, INPUT, later));
      expect(facts).toContainEqual({ label: 'Not in it', value: `${mail}: stays as it is`, tone: 'warn' });
      expect(facts.filter(({ label }) => label === 'Replaces')).toEqual([{ label: 'Replaces', value: node.data }]);
      await expect(restore.plan(workOf(restore, { ...INPUT, path: mail }, later))).rejects.toThrow(
        `${mail} is not in the backup`,
      );
    });

    test('of a copy that was interrupted nothing is left, or all of it', async () => {
      const copies = join(node.folder, 'copies');
      const [half, ours] = await Promise.all(['half', 'ours'].map((as) => imageOf(as)));
      const stage = `.nightguard-stage-half~${half?.mark}`;
      await mkdir(join(copies, stage, 'x'), { recursive: true });
      await tell(restoreCopy, { ...INPUT, as: 'ours' }, { ...node, before: ours });

      // A second look takes nothing away: others may be at work.
      expect(await verified(half, { looksOnly: true })).toBe('verified not applied');
      expect(await readdir(copies)).toContain(stage);
      expect(await verified(half)).toBe('verified not applied');
      expect(await verified(ours)).toBe('verified applied');
      expect((await readdir(copies)).filter((name) => name.startsWith('.'))).toEqual([]);
      expect(await verified({ to: join(copies, 'ours') })).toBe('needs human');
    });

    test('a folder that somebody else has made is not taken for the copy', async () => {
      const copies = join(node.folder, 'copies');
      const image = await imageOf('theirs');
      await mkdir(join(copies, 'theirs'));
      await expect(tell(restoreCopy, { ...INPUT, as: 'theirs' }, { ...node, before: image })).rejects.toThrow(
        /theirs is there already/,
      );
      expect(await verified(image)).toBe('verified not applied');

      const ours = await imageOf('away');
      await tell(restoreCopy, { ...INPUT, as: 'away' }, { ...node, before: ours });
      await rename(join(copies, 'away'), join(copies, 'elsewhere'));
      await mkdir(join(copies, 'away'));
      expect(await verified(ours)).toBe('verified not applied');
      expect(await readdir(join(node.state, 'copies'))).not.toContain(`${ours.mark}.json`);
    });
  },
);

/** As the agent does it: plan, image, run. */
async function copied(input: Input) {
  const plan = await restoreCopy.plan(workOf(restoreCopy, input, node.tools));
  return { plan, reply: await tell(restoreCopy, input, node) };
}

interface Image {
  to: string;
  mark?: string;
}

async function imageOf(as: string): Promise<Image> {
  return (await beforeOf(restoreCopy, { ...INPUT, as }, node.tools)) as Image;
}

async function verified(before: Image | undefined, more: { looksOnly?: boolean } = {}) {
  return (await restoreCopy.verify({ ...workOf(restoreCopy, INPUT, node.tools), before, ...more })).verdict;
}

async function prepare() {
  const folder = await mkdtemp(join(tmpdir(), 'nightguard-'));
  const { passwordFile, lay } = await makeVaults(folder);
  await lay(join(folder, 'main'));
  const [data, state] = [join(folder, 'live', 'data'), join(folder, 'state')];
  makeData(data, 11, { files: 60, bytes: 200_000 });
  await mkdir(state);
  await writeFile(join(data, 'plain'), 'first');
  const ground = { folder, data, state, passwordFile };
  const backups = backupsOf({ ...ground, paths: [data] });
  const tools: Tools = toolsWith({ backups });
  await backups.save({ set: 'shop' }, () => {}, AbortSignal.timeout(60_000));
  return { ...ground, tools };
}

/** The backups of a node whose set has these paths. */
function backupsOf(of: { folder: string; state: string; passwordFile: string; paths: string[] }) {
  const { folder, state, passwordFile, paths } = of;
  const { backup: spec } = NodeConfig.parse({
    name: 'alpha',
    backup: {
      passwordFile,
      restoreTo: join(folder, 'copies'),
      destinations: { main: { kind: 'path', path: join(folder, 'main') } },
      sets: {
        shop: {
          paths,
          dumps: { orders: { command: [process.execPath, '-e', 'process.stdout.write("orders")'] } },
        },
      },
    },
  });
  const { workloads } = memoryWorkloads(['web']);
  return createBackups({
    ...{ spec, node: 'alpha', state, command: createCommand(), workloads },
    now: () => Date.now(),
  });
}

async function digest(path: string): Promise<string> {
  return (await hashTree(path, AbortSignal.timeout(60_000))).digest;
}
