import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyWithoutRestic } from '../../fixtures/restic.ts';
import { digest, patience, prepare, setUpOn } from './made.ts';

const WHY_NOT = whyWithoutRestic();
let ground: Awaited<ReturnType<typeof prepare>>;
const setUp = () => setUpOn(ground);

describe.skipIf(WHY_NOT !== undefined)(`a restore that cannot be written down${WHY_NOT ? ` (${WHY_NOT})` : ''}`, () => {
  beforeAll(async () => {
    ground = await prepare();
  }, 60_000);
  afterAll(() => rm(ground.folder, { recursive: true, force: true }));

  test('what was stopped runs again also where nothing can be written down any more', async () => {
    const { data, restorer, wish, users, full, was } = await setUp();
    await writeFile(join(data, 'new'), 'not in the backup');
    await restorer.stage({ ...wish(), roots: [data] }, patience());
    full.from = 'swapping';
    await expect(restorer.swap('shop', ['web'], patience())).rejects.toMatchObject({
      code: 'restore-unwritten',
      message: expect.stringMatching(/ENOSPC.*What was there is as it was\. Make room .* then ask again\./),
    });
    expect(users.log.splice(0)).toEqual(['stop web', 'start web']);
    expect(await digest(data)).not.toBe(was);
    full.isNow = false;
    expect(await restorer.settle('shop', patience())).toMatchObject({ state: 'old' });
    users.log.length = 0;
    await restorer.stage({ ...wish(), roots: [data] }, patience());

    full.from = 'resuming';
    await expect(restorer.swap('shop', ['web'], patience())).rejects.toMatchObject({
      code: 'restore-unwritten',
      message: expect.stringMatching(
        /^It is in place: .*data\. web runs again\. But that could not be written down: ENOSPC.*\/restore_undo/s,
      ),
    });
    expect(users.log.splice(0)).toEqual(['stop web', 'start web']);
    expect(await digest(data)).toBe(was);

    // What it replaced can be put back once there is room, by the plan as well.
    full.isNow = false;
    delete full.from;
    const last = await restorer.undoable('shop');
    expect(last).toMatchObject({ kind: 'restore', paths: [data] });
    await restorer.undo('shop', ['web'], patience(), { restore: last?.id });
    expect(await readFile(join(data, 'new'), 'utf8')).toBe('not in the backup');
  });

  test('one write that fails after the swap is made up for at its end', async () => {
    const { data, restorer, wish, users, full, records } = await setUp();
    await restorer.stage({ ...wish(), roots: [data] }, patience());
    full.only = 'resuming';
    expect(await restorer.swap('shop', ['web'], patience())).toMatchObject({ resumed: ['web'] });
    expect(users.log).toEqual(['stop web', 'start web']);
    expect(await records.done('shop')).toHaveLength(1);
  });
});
