import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { waitUntil } from '#src/kit/waitUntil.ts';
import { makeVaults, whyWithoutRestic } from '../fixtures/restic.ts';
import type { Message } from './chat.ts';
import { ADA, GROUP, startHouse } from './house.ts';
import { asked, yes } from './question.ts';

const WHY_NOT = whyWithoutRestic();
const LONG = 60_000;

describe.skipIf(WHY_NOT !== undefined)(
  `backups by schedule, by the real restic${WHY_NOT ? ` (${WHY_NOT})` : ''}`,
  () => {
    test('a set is saved without a word, told when asked, and its disk is missed while it is away', {
      timeout: 180_000,
    }, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'nightguard-'));
      onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
      const { passwordFile } = await makeVaults(folder);
      await mkdir(join(folder, 'docs'));
      await writeFile(join(folder, 'docs', 'letter'), 'Dear Ada');
      const disk = join(folder, 'disk');
      const backup = {
        ...{ passwordFile, destinations: { disk: { kind: 'path', path: disk, minFreePercent: 0 } } },
        sets: { docs: { paths: [join(folder, 'docs')], schedule: 'daily' } },
      };
      const house = await startHouse({
        node: {
          ...{ backup, policy: [{ operations: ['*'], targets: ['*'] }] },
          watch: { every: '250ms', off: ['disk', 'memory', 'workload', 'endpoint'] },
        },
        logLevel: 'debug',
      });
      const ada = house.chat(ADA);
      const group = house.chat(ADA, GROUP);
      await waitUntil(() => house.logged.find((line) => line.includes('done by schedule')), {
        ...{ withinMs: LONG, everyMs: 20, what: 'the first backup' },
      });
      expect([...(await ada.messages()), ...(await group.messages())], 'what goes well is quiet').toEqual([]);
      await ada.say('/backups local docs');
      const list = await ada.until(/1 backup of 1 set, all fresh/, LONG);
      expect(list.text).toContain('at most 1 d 6 h old');
      await ada.say('/health local');
      await ada.until(/Backup docs.*saved .* ago · 8 B/s, LONG);

      await rename(disk, `${disk}.unplugged`);
      const alert = await group.until(/the repository disk cannot be used/, LONG);
      expect(alert.text).toContain('There is no repository at disk any more. Is it mounted?');
      expect(labelsOf(alert)).toContain('Back up now');
      const again = await asked(ada, '/backup local docs');
      await ada.press(yes(again));
      await ada.until(/There is no repository at disk\. Is it mounted\?/, LONG);
      expect(await readdir(folder), 'nothing is made below a disk that is away').not.toContain('disk');
      await rename(`${disk}.unplugged`, disk);
      await group.until(/the repository disk can be used/, LONG);

      await rm(disk, { recursive: true });
      const renewing = await asked(ada, '/backup local docs --new');
      expect(renewing.text).toContain('make a new repository where there is none any more?');
      await ada.press(yes(renewing));
      await ada.until(/docs saved to disk in /, LONG);
    });
  },
);

function labelsOf(message: Message): string[] {
  return (message.reply_markup?.inline_keyboard.flat() ?? []).map(({ text }) => text);
}
