import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { waitUntil } from '#src/kit/waitUntil.ts';
import { startKeeper } from '../fixtures/keeper.ts';
import { makeVaults, whyWithoutRestic } from '../fixtures/restic.ts';

const WHY_NOT = whyWithoutRestic();
const LONG = 120_000;
const Noted = z.looseObject({
  since: z.number(),
  chores: z.looseObject({ save: z.looseObject({ failures: z.number(), triedAt: z.number() }) }),
});
type Noted = z.infer<typeof Noted>;

describe.skipIf(WHY_NOT !== undefined)(
  `a node that is killed with -9 in the middle of a backup by schedule${WHY_NOT ? ` (${WHY_NOT})` : ''}`,
  () => {
    test('has not done it, ends what was left of it, does it again, and tells it once', {
      timeout: 240_000,
    }, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'nightguard-'));
      onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
      const { passwordFile, cacheDir, lay } = await makeVaults(folder);
      const [data, repository] = [join(folder, 'data'), join(folder, 'repository')];
      const [poured, gate] = [join(folder, 'poured'), join(folder, 'gate')];
      await lay(repository);
      await mkdir(data);
      await writeFile(join(data, 'orders'), 'good');
      // The name is one whose turn comes within two seconds (a node spreads its sets over three minutes).
      // The dump waits until the gate is open, so that the run can be caught in the middle.
      const wait = `const { existsSync, writeFileSync } = require('node:fs');
        const look = () => existsSync(${JSON.stringify(gate)}) ? process.exit(0) : setTimeout(look, 50);
        process.stdout.write('x'.repeat(4e6), () => { writeFileSync(${JSON.stringify(poured)}, ''); look(); });`;
      const dumps = { orders: { command: [process.execPath, '-e', wait] } };
      const backup = {
        ...{ passwordFile, destinations: { disk: { kind: 'path', path: repository, minFreePercent: 0 } } },
        sets: { keys: { paths: [data], dumps, schedule: 'daily' } },
      };
      const watch = { every: '500ms', off: ['disk', 'memory', 'workload', 'endpoint'] };
      const env = { NIGHTGUARD_LOG: 'info' };
      const node = join(folder, 'node');

      const first = await startKeeper(node, { backup, watch }, env);
      onTestFinished(() => first.life.kill());
      await waitUntil(() => existsSync(poured) || undefined, {
        ...{ withinMs: LONG, everyMs: 20, what: 'the first megabytes of the dump' },
      });
      await first.life.kill();
      const noted = await notedIn(node);
      expect(noted.chores.save).toMatchObject({ failures: 1 });
      await letPass(node, noted, 3 * 60_000);

      const second = await startKeeper(node, { backup, watch }, env);
      onTestFinished(() => second.life.stop().then(() => {}));
      await waitUntil(() => resticAt(repository).length === 0 || undefined, {
        ...{ withinMs: LONG, everyMs: 50, what: 'the end of what was left over' },
      });
      await writeFile(gate, '');
      await waitUntil(() => second.life.logged.find((line) => line.includes('done by schedule')), {
        ...{ withinMs: LONG, everyMs: 100, what: 'the run that is done again' },
      });
      expect((await notedIn(node)).chores.save).toMatchObject({ failures: 0 });
      await second.order(
        '/backup_check local keys --percent 100',
        /^✅ local · the repositories of keys are sound/,
        LONG,
      );
      await second.order('/restore_drill local keys', /^✅ local · keys can be restored/, LONG);
      await second.order('/backups local keys', /^✅ local · 2 backups of 1 set, all fresh/, LONG);
      const env2 = { RESTIC_REPOSITORY: repository, RESTIC_PASSWORD_FILE: passwordFile, RESTIC_CACHE_DIR: cacheDir };
      const locks = execFileSync('restic', ['list', 'locks', '--no-lock'], {
        env: { PATH: process.env['PATH'], ...env2 },
        encoding: 'utf8',
      });
      expect(locks.trim()).toBe('');
      // The dump that was cut off in the middle is in no backup, and the run is told once.
      const begun = second.life.logged.filter((line) => line.includes('begun by schedule'));
      expect(begun).toHaveLength(1);
    });
  },
);

async function notedIn(node: string): Promise<Noted> {
  return Noted.parse(JSON.parse(await readFile(noteOf(node), 'utf8')));
}

/** Time goes by while nobody lives: the next try comes two minutes after the one that died. */
async function letPass(node: string, noted: Noted, ms: number): Promise<void> {
  const { save } = noted.chores;
  const chores = { ...noted.chores, save: { ...save, triedAt: save.triedAt - ms } };
  await writeFile(noteOf(node), JSON.stringify({ ...noted, chores, since: noted.since - ms }), { mode: 0o600 });
}

function noteOf(node: string): string {
  return join(node, 'state', 'sandbox', 'backups', 'keys.json');
}

/** The restic processes that work on a repository, by what their environment says. */
function resticAt(repository: string): string[] {
  const found = execFileSync(
    'sh',
    ['-c', `grep -lzsx "RESTIC_REPOSITORY=${repository}" /proc/[0-9]*/environ || true`],
    {
      encoding: 'utf8',
    },
  );
  return found.split('\n').filter((line) => line !== '');
}
