import { appendFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCommand } from '#src/adapters/command.ts';
import { createExchange } from '#src/adapters/restore/exchange.ts';
import { identityOf } from '#src/adapters/restore/identity.ts';
import { newMark } from '#src/adapters/restore/names.ts';
import { standingOf } from '#src/adapters/restore/standing.ts';
import { attributesOf } from '../../fixtures/data.ts';
import { whyWithoutRestic } from '../../fixtures/restic.ts';
import { digest, leftovers, patience, prepare, setUpOn } from './made.ts';

const WHY_NOT = whyWithoutRestic();
let ground: Awaited<ReturnType<typeof prepare>>;
const setUp = (more: { sick?: string[] } = {}) => setUpOn(ground, more);

describe.skipIf(WHY_NOT !== undefined)(`a restore from the real restic${WHY_NOT ? ` (${WHY_NOT})` : ''}`, () => {
  beforeAll(async () => {
    ground = await prepare();
  }, 60_000);
  afterAll(() => rm(ground.folder, { recursive: true, force: true }));

  test('puts odd names, links, modes, owners, holes and attributes back as they were, and is undone and done again', async () => {
    const { data, single, restorer, wish, emergencies, users, clock } = await setUp();
    const [was, attributes] = [await digest(data), attributesOf(data)];
    await appendFile(join(data, 'file-1.dat'), 'damage').catch(() => {});
    await writeFile(join(data, 'new'), 'not in the backup');
    await writeFile(single, 'changed');
    const damaged = await digest(data);

    const staged = await restorer.stage(wish(), patience());
    expect(staged).toMatchObject({ emergency: 'emergency-1', files: expect.any(Number) });
    expect(emergencies).toEqual([[data, single]]);
    expect(await digest(data)).toBe(damaged);

    clock.now += 3_600_000;
    const swapped = await restorer.swap('shop', ['web', 'idle'], patience());
    expect(swapped).toMatchObject({ paths: [data, single], resumed: ['web'], unwell: [] });
    expect(users.log).toEqual(['stop web', 'start web']);
    expect(await digest(data)).toBe(was);
    expect(attributesOf(data)).toBe(attributes);
    expect(await readFile(single, 'utf8')).toBe('one file');
    expect(await Promise.all(swapped.old.slice(0, 1).map(digest))).toEqual([damaged]);

    expect(await restorer.undoable('shop')).toMatchObject({ paths: [data, single], at: clock.now });
    await restorer.undo('shop', ['web'], patience());
    expect(await digest(data)).toBe(damaged);
    expect(await readFile(single, 'utf8')).toBe('changed');
    await restorer.undo('shop', ['web'], patience());
    expect(await digest(data)).toBe(was);
    expect((await leftovers(data)).filter((name) => name.includes('stage'))).toEqual([]);
  });

  test('brings back what is gone, and undoing it takes it away again', async () => {
    const { data, restorer, wish, emergencies } = await setUp();
    const was = await digest(data);
    await rm(data, { recursive: true });
    const staged = await restorer.stage({ ...wish(), roots: [data] }, patience());
    expect(staged.emergency).toBeUndefined();
    expect(emergencies).toEqual([]);
    await restorer.swap('shop', [], patience());
    expect(await digest(data)).toBe(was);
    await restorer.undo('shop', [], patience());
    expect(await leftovers(data)).not.toContain('data');
  });

  test('says which workload did not come back, and leaves the rest in place', async () => {
    const { data, restorer, wish } = await setUp({ sick: ['web'] });
    const was = await digest(data);
    await restorer.stage(wish(), patience());
    const swapped = await restorer.swap('shop', ['web'], patience());
    expect(swapped).toMatchObject({
      resumed: [],
      unwell: [{ name: 'web', reason: 'web does not run. Read its log.' }],
    });
    expect(await digest(data)).toBe(was);
  });

  test('puts nothing in place that is not as the snapshot has it', async () => {
    const { data, restorer, wish } = await setUp();
    const { repository, ...rest } = wish();
    const lying = {
      ...repository,
      restore: async (of: Parameters<typeof repository.restore>[0], signal: AbortSignal) => {
        await repository.restore(of, signal);
        const [root = ''] = of.include;
        if (root === data) await rm(join(of.target, root, 'hole.img'));
      },
    };
    await expect(restorer.stage({ ...rest, repository: lying }, patience())).rejects.toMatchObject({
      code: 'restore-differs',
      evidence: expect.stringMatching(/hole\.img: missing\n\d+ things should be there, \d+ are/),
    });
    expect((await leftovers(data)).filter((name) => name.startsWith('.nightguard'))).toEqual([]);
    await expect(restorer.swap('shop', [], patience())).rejects.toMatchObject({ code: 'restore' });
  });

  test('stages once for one wish, and anew when the stage is not what it was', async () => {
    const { data, restorer, wish, emergencies } = await setUp();
    const first = await restorer.stage(wish(), patience());
    expect(await restorer.staged('shop', wish().snapshot.id, wish().roots)).toBe(true);
    // What is there may have changed since: it is backed up again, and only that.
    expect(await restorer.stage(wish(), patience())).toEqual({ ...first, emergency: 'emergency-2' });
    const stage = (await leftovers(data)).find((name) => name.startsWith('.nightguard-stage-'));
    await writeFile(join(data, '..', stage ?? '', data, 'slipped in'), 'x');
    await restorer.stage(wish(), patience());
    expect(emergencies).toHaveLength(3);
    expect((await leftovers(data)).filter((name) => name.startsWith('.nightguard-stage-'))).toHaveLength(2);
  });

  test('keeps what somebody made in the middle of a swap', async () => {
    const { data, restorer, wish, records, was } = await setUp();
    await restorer.stage({ ...wish(), roots: [data] }, patience());
    const record = await records.atWork('shop');
    if (!record) throw new Error('it was staged');
    // A death between the two renames, then a service that makes its folder anew.
    await records.write({ ...record, phase: 'swapping' });
    await rename(data, record.roots[0]?.old ?? '');
    await mkdir(data);
    await writeFile(join(data, 'early'), 'made meanwhile');
    expect(await restorer.settle('shop', patience())).toMatchObject({ state: 'new' });
    expect(await digest(data)).toBe(was);
    expect(await readdir(`${record.roots[0]?.old}-between`)).toEqual(['early']);
  });

  test('puts nothing in place when what was staged is gone, and says so', async () => {
    const { data, restorer, wish, users } = await setUp();
    await writeFile(join(data, 'new'), 'not in the backup');
    const damaged = await digest(data);
    await restorer.stage({ ...wish(), roots: [data] }, patience());
    const [stage = ''] = (await leftovers(data)).filter((name) => name.startsWith('.nightguard-stage-'));
    await rm(join(data, '..', stage), { recursive: true });
    await expect(restorer.swap('shop', ['web'], patience())).rejects.toMatchObject({
      code: 'restore',
      message: expect.stringContaining('is not there any more'),
    });
    expect({ now: await digest(data), log: users.log }).toEqual({ now: damaged, log: [] });
    expect(await restorer.undoable('shop')).toBeUndefined();
  });

  test('can still be undone after another restore of the set failed or was killed while it staged', async () => {
    const { data, restorer, wish, records, was } = await setUp();
    await writeFile(join(data, 'new'), 'not in the backup');
    const damaged = await digest(data);
    await restorer.stage(wish(), patience());
    const { id } = await restorer.swap('shop', [], patience());
    expect(await digest(data)).toBe(was);
    const { repository, ...rest } = wish();
    const broken = { ...repository, restore: () => Promise.reject(new Error('the line was cut')) };
    await expect(restorer.stage({ ...rest, repository: broken }, patience())).rejects.toThrow('the line was cut');
    const [done] = await records.done('shop');
    if (!done) throw new Error('it was restored');
    await records.write({ ...done, id: '20260101T000000Z-aaaaaa', n: 2, phase: 'staging' });
    expect(await restorer.settle('shop', patience())).toMatchObject({ state: 'old' });

    expect(await restorer.undoable('shop')).toMatchObject({ id, kind: 'restore' });
    await expect(restorer.undo('shop', [], patience(), { restore: '20260101T000000Z-bbbbbb' })).rejects.toMatchObject({
      code: 'nothing-to-undo',
    });
    const undone = await restorer.undo('shop', [], patience(), { restore: id });
    expect(await digest(data)).toBe(damaged);
    // What the undo set aside counts from the undo, by its own name.
    expect(undone.old[0]).toContain(undone.id);
    await expect(restorer.undo('shop', [], patience(), { restore: id })).rejects.toThrow(/not the last one/);
  });

  test('is known by its own mark, whatever was restored after it', async () => {
    const { data, restorer, wish, records, users, clock } = await setUp();
    const [first, second, third] = [1, 2, 3].map((n) => newMark(clock.now + n)) as [string, string, string];
    const standing = (mark: string, before = 0) => standingOf(records, 'shop', mark, before);
    const one = { ...wish(), roots: [data] };
    users.workloads.stop = () => Promise.reject(new Error('web does not stop'));
    await restorer.stage({ ...one, mark: first }, patience());
    await expect(restorer.swap('shop', ['web'], patience())).rejects.toThrow('does not stop');
    expect(await standing(first)).toBe('not in place');
    // It goes on from what the first had staged, and is another all the same.
    await restorer.stage({ ...one, mark: second }, patience());
    await restorer.swap('shop', [], patience());
    expect([await standing(first), await standing(second)]).toEqual(['not in place', 'in place']);
    await restorer.undo('shop', [], patience(), { mark: third });
    expect([await standing(first), await standing(second), await standing(third)]).toEqual([
      ...['not in place', 'in place', 'in place'],
    ]);
    expect(await standing(first, clock.now + 60_000)).toBe('forgotten');
    const [undo] = await records.done('shop');
    if (!undo) throw new Error('it was undone');
    await records.write({ ...undo, phase: 'swapping' });
    expect(await standing(third)).toBe('unfinished');
  });

  test('is there at every moment: what comes and what was there change places in one step', async () => {
    const { data, restorer, wish, records } = await setUp();
    await restorer.stage({ ...wish(), roots: [data] }, patience());
    const record = await records.atWork('shop');
    if (!record) throw new Error('it was staged');
    const [root] = record.roots;
    // A death directly after the exchange: both trees are there, under each other's names.
    await records.write({ ...record, phase: 'swapping' });
    await createExchange(createCommand())(data, root?.staged ?? '');
    expect(await identityOf(data)).toBe(root?.comes);
    expect(await restorer.settle('shop', patience())).toMatchObject({
      state: 'new',
      swapped: { old: [root?.old] },
    });
    expect(await identityOf(data)).toBe(root?.comes);
    expect(await identityOf(root?.staged ?? '')).toBeUndefined();
  });

  test('puts everything back when one root cannot be put in place', async () => {
    const { data, single, restorer, wish, records, users } = await setUp();
    await writeFile(single, 'changed');
    const damaged = await digest(data);
    await restorer.stage(wish(), patience());
    users.sick.push('web');
    const record = await records.atWork('shop');
    if (!record) throw new Error('it was staged');
    const [first, second] = record.roots;
    if (!first || !second) throw new Error('two roots were staged');
    // Nothing can be renamed below a file.
    const broken = { ...record, roots: [first, { ...second, old: join(single, 'below') }] };
    await records.write(broken);
    await expect(restorer.swap('shop', ['web'], patience())).rejects.toMatchObject({
      code: 'restore-swap',
      message: expect.stringMatching(/is back in its place\..* And web did not come back: web does not run/),
    });
    expect(await digest(data)).toBe(damaged);
    expect(await readFile(single, 'utf8')).toBe('changed');
    expect((await records.atWork('shop'))?.phase).toBe('staged');
  });
});
