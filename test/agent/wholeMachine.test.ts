import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBackups } from '#src/adapters/backup/backups.ts';
import { createCommand } from '#src/adapters/command.ts';
import { NodeConfig } from '#src/agent/config.ts';
import { memoryWorkloads } from '../adapters/restore/workloads.ts';
import { makeVaults, restics } from '../fixtures/restic.ts';

const patience = () => AbortSignal.timeout(60_000);

describe.each(await restics())('a set of the whole machine, by $called', ({ program, whyNot }) => {
  let machine: Awaited<ReturnType<typeof prepare>>;
  beforeAll(async () => {
    if (whyNot === undefined) machine = await prepare(program);
  });
  afterAll(async () => {
    if (machine) await rm(machine.folder, { recursive: true, force: true });
  });

  test.skipIf(whyNot !== undefined)(`is looked into, drilled and copied${whyNot ? ` (${whyNot})` : ''}`, async () => {
    const { backups, live, folder } = machine;
    const top = await backups.contents({ set: 'all' }, patience());
    const [first = ''] = live.split('/').slice(1);
    expect(top).toMatchObject({ isFolder: true, total: 1, things: [{ path: `/${first}`, kind: 'dir' }] });
    const below = await backups.contents({ set: 'all', path: live }, patience());
    expect(below.things.map(({ path }) => path)).toEqual([join(live, 'deep'), join(live, 'plain')]);

    expect(await backups.drill('all', patience())).toMatchObject({ files: 2, unchanged: 2 });
    const { to, files } = await backups.copy({ set: 'all', as: 'look' }, patience());
    expect({ to, files }).toEqual({ to: join(folder, 'copies', 'look'), files: 2 });
    expect(await readFile(join(to, live, 'deep', 'file'), 'utf8')).toBe('deep');
  });

  test.skipIf(whyNot !== undefined)('is not put in place of a running one', async () => {
    await expect(machine.backups.planRestore({ set: 'all' }, patience())).rejects.toThrow(/Name a path\./);
  });
});

/** A set of `/` that leaves out all but one folder. */
async function prepare(program: string) {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'nightguard-')));
  const { passwordFile, lay } = await makeVaults(folder, program);
  await lay(join(folder, 'main'));
  const live = join(folder, 'live');
  await mkdir(join(live, 'deep'), { recursive: true });
  await mkdir(join(folder, 'copies'), { mode: 0o700 });
  await writeFile(join(live, 'plain'), 'plain');
  await writeFile(join(live, 'deep', 'file'), 'deep');
  const { backup: spec } = NodeConfig.parse({
    name: 'alpha',
    backup: {
      ...{ passwordFile, program, restoreTo: join(folder, 'copies') },
      destinations: { main: { kind: 'path', path: join(folder, 'main') } },
      sets: {
        all: { paths: ['/'], excludes: [...othersThan(live), ...['main', 'copies'].map((name) => join(folder, name))] },
      },
    },
  });
  const { workloads } = memoryWorkloads([]);
  const command = createCommand();
  const state = join(folder, 'state');
  const backups = createBackups({ ...{ spec, node: 'alpha', state, command, workloads }, now: () => Date.now() });
  await backups.save({ set: 'all' }, () => {}, patience());
  return { folder, live, backups };
}

/** Patterns that leave out all but one path and the folders above it. */
function othersThan(path: string): string[] {
  return path === '/' ? [] : [...othersThan(dirname(path)), join(dirname(path), '*'), `!${path}`];
}
