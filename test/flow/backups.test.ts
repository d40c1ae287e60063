import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { makeVaults, whyWithoutRestic } from '../fixtures/restic.ts';
import { ADA, BEN, startHouse } from './house.ts';
import { asked, yes } from './question.ts';

const WHY_NOT = whyWithoutRestic();
const LONG = 60_000;

describe.skipIf(WHY_NOT !== undefined)(
  `backups in the chat, by the real restic${WHY_NOT ? ` (${WHY_NOT})` : ''}`,
  () => {
    test('a set is saved, restored over damage with its user paused, and undone by a button', {
      timeout: 180_000,
    }, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'nightguard-'));
      onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
      const { passwordFile } = await makeVaults(folder);
      const file = join(folder, 'shop', 'orders');
      await mkdir(join(folder, 'shop'));
      await writeFile(file, 'good');
      const sets = { shop: { paths: [join(folder, 'shop')], pause: ['demo'] } };
      const destinations = { disk: { kind: 'path', path: join(folder, 'repository') } };
      const policy = [{ operations: ['*'], targets: ['*'] }];
      const house = await startHouse({ node: { backup: { passwordFile, destinations, sets }, policy } });
      await house.healthy();
      const [ada, ben] = [house.chat(ADA), house.chat(BEN)];

      const saving = await asked(ada, '/backup local shop');
      expect(saving.text).toMatch(/^Back up shop\? on local · dev$/m);
      expect(saving.text).toContain('2 copies on 2 media, 0 off site');
      await ada.press(yes(saving));
      await ada.until(/^✅ local · shop saved to disk in /m, LONG);

      await writeFile(file, 'damaged');
      const first = await house.process('demo');
      const restoring = await asked(ada, '/restore local shop');
      expect(restoring.text).toContain(`Replaces ${join(folder, 'shop')}`);
      expect(restoring.text).toContain('Stops meanwhile demo');
      await ada.press(yes(restoring));
      // Data that is there is replaced, so a second person has to want it too.
      const copy = await ben.until(/^Restore shop from the newest backup\?/m, LONG);
      await ben.press(yes(copy));
      const restored = await ada.until(/^✅ local · shop restored in .*: 1 file, 4 B$/m, LONG);
      expect(await readFile(file, 'utf8')).toBe('good');
      expect((await house.process('demo')).pid).not.toBe(first.pid);
      await house.healthy();

      const [undo] = await ada
        .buttons(/^o:/)
        .then((all) => all.filter(({ message }) => message === restored.message_id));
      if (!undo) throw new Error('there is no button to undo it');
      await ada.press(undo);
      const undoing = await ada.until(/^Undo the last restore of shop\?/m, LONG);
      await ada.press(yes(undoing));
      await ada.until(/^✅ local · the restore of shop is undone in /m, LONG);
      expect(await readFile(file, 'utf8')).toBe('damaged');
      expect((await readdir(folder)).filter((name) => name.startsWith('.nightguard-stage'))).toEqual([]);
      expect(house.logged.join('')).not.toContain('correct horse');
    });
  },
);
