import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { waitUntil } from '#src/kit/waitUntil.ts';
import { startKeeper } from '../fixtures/keeper.ts';
import { makeVaults, whyWithoutRestic } from '../fixtures/restic.ts';
import { asked, yes } from './question.ts';

const WHY_NOT = whyWithoutRestic();
const LONG = 120_000;

describe.skipIf(WHY_NOT !== undefined)(
  `a node that is killed with -9 while a workload is stopped for a backup${WHY_NOT ? ` (${WHY_NOT})` : ''}`,
  () => {
    test('starts it again in its next life, and says so with what became of the backup', {
      timeout: 240_000,
    }, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'nightguard-'));
      onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
      const { passwordFile, lay } = await makeVaults(folder);
      const [data, gate, reached] = [join(folder, 'data'), join(folder, 'gate'), join(folder, 'reached')];
      await lay();
      await mkdir(data);
      await writeFile(join(data, 'orders'), 'good');
      const program = join(folder, 'restic');
      // It waits before it reads, so that the agent can be caught in the middle.
      const waits = `if [ "$1" = backup ] && [ ! -e ${gate} ]; then touch ${reached}; while [ ! -e ${gate} ]; do sleep 0.1; done; fi`;
      await writeFile(program, `#!/bin/sh\n${waits}\nexec restic "$@"\n`);
      await chmod(program, 0o755);
      const node = {
        backup: {
          ...{ passwordFile, program, destinations: { disk: { kind: 'path', path: join(folder, 'repository') } } },
          sets: { docs: { paths: [data], pauseToSave: ['web'] } },
        },
        workloads: { web: { command: [process.execPath, '-e', 'setInterval(() => {}, 1000)'] } },
        watch: { every: '1h', off: ['disk', 'memory', 'endpoint', 'backup'] },
      };
      const running = /^✅ local · web runs/;
      const first = await startKeeper(join(folder, 'node'), node);
      onTestFinished(() => first.life.kill());
      const question = await asked(first.ada, '/backup local docs');
      expect(question.text).toContain('Stops meanwhile web');
      await first.ada.press(yes(question));
      await waitUntil(() => existsSync(reached) || undefined, {
        ...{ withinMs: LONG, everyMs: 20, what: 'a backup that reads' },
      });
      await first.life.kill();

      const second = await startKeeper(join(folder, 'node'), node);
      onTestFinished(() => second.life.stop().then(() => {}));
      const told = await waitUntil(
        async () => (await second.ada.messages()).find(({ text }) => text?.includes('stopped for it, runs again')),
        { withinMs: LONG, everyMs: 100, what: 'what became of it' },
      );
      expect(told.text).toContain('0 of 1 backups of docs were made');
      await writeFile(gate, '');
      await second.order('/inspect local web', running, LONG);
      await second.order('/backup local docs', /^✅ local · docs saved to disk.*Runs again web/s, LONG);
      await second.order('/inspect local web', running, LONG);
    });
  },
);
