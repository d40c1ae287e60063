import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { sweep } from '#src/adapters/backup/sweep.ts';
import type { RestoreRecord } from '#src/adapters/restore/record.ts';
import { createRecords } from '#src/adapters/restore/record.ts';
import { temporaryFolder } from '../temporary.ts';

const BEFORE = Date.parse('2026-11-10T11:00:00Z');
const DAY = 86_400_000;
const KEEP = 7 * DAY;

test('what a restore replaced goes after its time, a stage a day later, and nothing else ever', async () => {
  const folder = await temporaryFolder();
  const names = [
    '.nightguard-old-20261101T120000Z-a1b2c3-0',
    '.nightguard-old-20261110T120000Z-a1b2c3-0',
    '.nightguard-stage-20261101T120000Z-a1b2c3-0',
    '.nightguard-stage-20261109T130000Z-a1b2c3-0',
    '.nightguard-old-without-a-date',
    'nightguard-old-20200101T000000Z-a1b2c3-0',
    'data',
  ];
  await make(folder, names);
  const restores = createRecords(join(folder, 'state'));
  await sweep({ set: 'shop', paths: [join(folder, 'data'), join(folder, 'other')], restores }, clock(BEFORE));
  expect((await readdir(folder)).sort()).toEqual(names.filter((_, n) => n !== 0 && n !== 2).sort());
});

test('what the restore of one path inside the set replaced goes by its record', async () => {
  const folder = await temporaryFolder();
  const [inside, restores] = [join(folder, 'data', 'conf'), createRecords(join(folder, 'state'))];
  await make(inside, ['.nightguard-old-x-0', '.nightguard-old-x-0-between', '.nightguard-old-y-0', 'passwd']);
  const root = (name: string) => [{ path: join(inside, 'passwd'), had: true, old: join(inside, name) }];
  await restores.write(record({ id: '1', n: 1, roots: root('.nightguard-old-x-0'), at: BEFORE - 1 }));
  await restores.write(record({ id: '2', n: 2, roots: root('.nightguard-old-y-0'), at: BEFORE + 1 }));
  expect(await sweep({ set: 'shop', paths: [join(folder, 'data')], restores }, clock(BEFORE))).toEqual([]);
  expect((await readdir(inside)).sort()).toEqual(['.nightguard-old-y-0', 'passwd']);
  expect((await restores.done('shop')).map(({ id }) => id)).toEqual(['2']);
});

test('what a restore at work needs stays however old it is; what nobody came back for goes', async () => {
  const folder = await temporaryFolder();
  const restores = createRecords(join(folder, 'state'));
  const [stage, old] = ['stage', 'old'].map((kind) => `.nightguard-${kind}-20260101T120000Z-a1b2c3-0`);
  await make(folder, [stage ?? '', old ?? '', 'data']);
  const roots = [{ path: join(folder, 'data'), had: true, old: join(folder, old ?? '') }];
  const of = { set: 'shop', paths: [join(folder, 'data')], restores };
  const at = BEFORE - 300 * DAY;
  const half = record({ phase: 'swapping', roots, stages: [join(folder, stage ?? '')], at });
  await restores.write(half);
  await sweep(of, clock(BEFORE));
  expect((await readdir(folder)).sort()).toEqual([old, stage, 'data', 'state'].sort());
  await restores.write({ ...half, phase: 'staged' });
  await sweep(of, clock(BEFORE));
  expect((await readdir(folder)).sort()).toEqual(['data', 'state']);
  expect(await restores.atWork('shop')).toBeUndefined();
});

test('what a restore of the set beside it needs stays, however old its name is', async () => {
  const folder = await temporaryFolder();
  const restores = createRecords(join(folder, 'state'));
  const [undone, kept, forgotten] = ['a1b2c3', 'd4e5f6', 'aaaaaa'].map(
    (id) => `.nightguard-old-20260101T120000Z-${id}-0`,
  );
  await make(folder, [undone ?? '', kept ?? '', forgotten ?? '', 'a', 'b']);
  const at = (name: string | undefined) => join(folder, name ?? '');
  const roots = [{ path: at('b'), had: true, staged: at(undone), old: at('.nightguard-old-x-0') }];
  await restores.write(record({ set: 'b', id: '2', n: 2, kind: 'undo', phase: 'pausing', roots }));
  await restores.write(record({ set: 'gone', roots: [{ path: at('b'), had: true, old: at(kept) }] }));
  const of = { set: 'a', paths: [at('a')], restores };
  expect(await sweep(of, clock(BEFORE))).toEqual([]);
  expect((await readdir(folder)).sort()).toEqual([undone, kept, 'a', 'b', 'state'].sort());
  await writeFile(join(folder, 'state', 'gone', '1.json'), '{');
  await make(folder, [forgotten ?? '']);
  expect(await sweep(of, clock(BEFORE))).toMatchObject([{ path: folder, reason: expect.any(String) }]);
  expect(await readdir(folder)).toContain(forgotten);
});

test('what an undo of the same set needs stays while that stands half', async () => {
  const folder = await temporaryFolder();
  const restores = createRecords(join(folder, 'state'));
  const [path, was] = [join(folder, 'data'), join(folder, '.nightguard-old-20260101T120000Z-a1b2c3-0')];
  await make(folder, ['data', basename(was)]);
  await restores.write(record({ roots: [{ path, had: true, old: was }] }));
  const roots = [{ path, had: true, staged: was, old: join(folder, '.nightguard-old-y-0') }];
  await restores.write(record({ id: '2', n: 2, kind: 'undo', phase: 'swapping', roots, at: BEFORE }));
  await sweep({ set: 'shop', paths: [path], restores }, clock(BEFORE));
  expect(await readdir(folder)).toContain(basename(was));
});

test('what was replaced is kept from when it was replaced, not from when that was staged', async () => {
  const folder = await temporaryFolder();
  const restores = createRecords(join(folder, 'state'));
  const [path, was] = [join(folder, 'data'), join(folder, '.nightguard-old-20260101T120000Z-a1b2c3-0')];
  await make(folder, ['data', basename(was)]);
  const roots = [{ path, had: true, old: was }];
  await restores.write(record({ roots, at: BEFORE - 8 * DAY, swappedAt: BEFORE + 1 }));
  const of = { set: 'shop', paths: [path], restores };
  await sweep(of, clock(BEFORE));
  expect(await readdir(folder)).toContain(basename(was));
  await sweep(of, clock(BEFORE + 2));
  expect(await readdir(folder)).not.toContain(basename(was));
});

test('a restore that was made by a clock far behind is kept from when that is seen', async () => {
  const folder = await temporaryFolder();
  const restores = createRecords(join(folder, 'state'));
  const path = join(folder, 'data');
  const [first, second] = ['.nightguard-old-20261110T120000Z-a1b2c3-0', '.nightguard-old-19700101T000000Z-d4e5f6-0'];
  await make(folder, ['data', first ?? '', second ?? '']);
  const root = (name = '') => [{ path, had: true, old: join(folder, name) }];
  const snapshot = { id: 'a', set: 'shop', part: 'files', destination: 'main', at: BEFORE, emergency: false };
  await restores.write(record({ roots: root(first), snapshot, at: 5, swappedAt: 6 }));
  await restores.write(record({ id: '2', n: 2, kind: 'undo', roots: root(second), at: 7, swappedAt: 8 }));
  const of = { set: 'shop', paths: [path], restores };
  // As long as the clock is behind, it counts by itself.
  await sweep(of, { before: 4, now: 4 + KEEP });
  expect(await restores.done('shop')).toHaveLength(2);
  await sweep(of, clock(BEFORE));
  expect((await readdir(folder)).sort()).toEqual([first, second, 'data', 'state'].sort());
  await sweep(of, clock(BEFORE + KEEP + 1));
  expect((await readdir(folder)).sort()).toEqual(['data', 'state']);
});

test('what goes has another name before anything of it is deleted, and what is dying goes whatever its age', async () => {
  const folder = await temporaryFolder();
  const [old, young] = ['20260101T120000Z-a1b2c3-0', '20261110T120000Z-a1b2c3-0'];
  await make(folder, [`.nightguard-old-${old}`, `.nightguard-old-dying-nightguard-old-${young}`, 'data']);
  const gone = new Set<string>();
  const restores = createRecords(join(folder, 'state'));
  const of = { set: 'shop', paths: [join(folder, 'data')], restores };
  await sweep(of, clock(BEFORE), async (path) => void gone.add(basename(path)));
  expect((await readdir(folder)).sort()).toEqual([...gone, 'data'].sort());
  expect([...gone].sort()).toEqual([old, young].map((id) => `.nightguard-old-dying-nightguard-old-${id}`));
  await sweep(of, clock(BEFORE));
  expect(await readdir(folder)).toEqual(['data']);
});

/** What goes is from before `before`. */
function clock(before: number) {
  return { before, now: before + KEEP };
}

async function make(folder: string, names: readonly string[]): Promise<void> {
  for (const name of names) await mkdir(join(folder, name, 'inside'), { recursive: true });
}

function record(more: Partial<RestoreRecord>): RestoreRecord {
  return {
    ...{ v: 2, id: '1', n: 1, kind: 'restore', phase: 'done', set: 'shop', wanted: '', roots: [], stages: [] },
    ...{ digests: [], files: 0, bytes: 0, paused: [], at: 0 },
    ...more,
  };
}
