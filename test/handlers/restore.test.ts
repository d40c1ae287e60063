import { expect, test } from 'vitest';
import restore from '#handlers/restore.ts';
import restoreUndo from '#handlers/restore_undo.ts';
import type { BackupSet, Backups } from '#src/operation/backups.ts';
import { Plan } from '#src/operation/plan.ts';
import type { RestorePlan, Settled, Undoable } from '#src/operation/restores.ts';
import { beforeOf, runWith, toolsWith, workOf } from './tools.ts';

const INPUT = { set: 'files' };
const SNAPSHOT = {
  id: `1f2e3d4c${'0'.repeat(56)}`,
  set: 'files',
  part: 'files',
  destination: 'nas',
  at: 0,
  emergency: false,
};
const PLAN: RestorePlan = {
  snapshot: SNAPSHOT,
  roots: [{ path: '/srv', there: true }],
  absent: [],
  bytes: 5e6,
  changes: { changed: none(), missing: none(), extra: none(), taken: 9, skipped: 0, isWhole: true },
  freeBytes: 9e9,
  pause: ['web'],
  continues: false,
  silent: [],
};
const ID = '20261121T203916Z-2d6069';
const SWAPPED = { id: ID, paths: ['/srv'], old: ['/.nightguard-old-1'], resumed: ['web'], unwell: [] };
const having = (given: Partial<Backups>) => toolsWith({ backups: given as Backups });

test('its question names what and from when', () => {
  expect(restore.question(restore.parse(INPUT))).toBe('Restore files from the newest backup?');
  expect(restore.question(restore.parse({ ...INPUT, snapshot: '1f2e3d4c', path: '/srv/a b' }))).toBe(
    'Restore /srv/a b from 1f2e3d4c?',
  );
});

test.each(['../etc', '-rf', '/srv/\nx', '--target=/'])('it takes no path such as %j', (path) => {
  expect(() => restore.parse({ ...INPUT, path })).toThrow(/path/);
});

test.each(['latest', '--password-command=x', '1f2e3d4', 'G'.repeat(8)])('it takes no id such as %s', (snapshot) => {
  expect(() => restore.parse({ ...INPUT, snapshot })).toThrow(/snapshot/);
});

test('its plan shows what is replaced, the room and who is stopped, and is bound to the backup it found', async () => {
  const plan = (more: Partial<RestorePlan>) =>
    restore.plan(workOf(restore, INPUT, having({ planRestore: async () => ({ ...PLAN, ...more }) })));
  expect((await plan({})).facts).toEqual([
    { label: 'Backup', value: '1f2e3d4c of 1970-01-01 00:00 UTC at nas' },
    { label: 'Replaces', value: '/srv' },
    { label: 'Changes', value: 'nothing: all is as in the backup', tone: 'ok' },
    { label: 'Room', value: '5.0 MB to restore, 9.0 GB free', tone: 'ok' },
    { label: 'Stops meanwhile', value: 'web' },
    { label: 'First', value: 'what is there is backed up, and kept after it' },
  ]);
  expect((await plan({ freeBytes: 1e6 })).facts).toContainEqual({
    label: 'Room',
    value: '5.0 MB to restore, 1.0 MB free',
    tone: 'bad',
  });
  const newer = { ...SNAPSHOT, id: `aaaaaaaa${'0'.repeat(56)}` };
  expect((await plan({ snapshot: newer })).binds).not.toEqual((await plan({})).binds);
});

test('its plan says what would change file by file, and when there was no time to tell', async () => {
  const facts = async (changes: RestorePlan['changes']) =>
    (await restore.plan(workOf(restore, INPUT, having({ planRestore: async () => ({ ...PLAN, changes }) })))).facts;
  const changes: RestorePlan['changes'] = {
    changed: { files: 2, first: ['/srv/a', '/srv/b'] },
    missing: { files: 1, first: ['/srv/c'] },
    extra: { files: 12, first: ['/srv/made'] },
    taken: 40,
    skipped: 0,
    isWhole: true,
  };
  expect((await facts(changes)).slice(2, 5)).toEqual([
    { label: 'Takes away', value: '12 files: /srv/made …', tone: 'warn' },
    { label: 'Changes', value: '2 files: /srv/a, /srv/b' },
    { label: 'Adds', value: '1 file: /srv/c' },
  ]);
  expect((await facts({ ...changes, changed: none(), extra: none(), isWhole: false })).slice(2, 4)).toEqual([
    { label: 'Adds', value: 'at least 1 file: /srv/c' },
    { label: 'Compared', value: 'the first 40 of what is in the backup, in the time there was', tone: 'info' },
  ]);
  expect((await facts({ ...changes, skipped: 2 })).slice(4, 6)).toEqual([
    { label: 'Adds', value: '1 file: /srv/c' },
    { label: 'Not compared', value: '2 things that cannot be read here, or whose names are no text', tone: 'info' },
  ]);
  expect(await facts({ ...changes, taken: 0, isWhole: false })).toContainEqual({
    label: 'Changes',
    value: 'could not be told in time',
    tone: 'info',
  });
});

test('its plan fits, whatever is true of it, and names the paths for which there is no line of their own', async () => {
  const roots = Array.from({ length: 12 }, (_, n) => ({ path: `/srv/${n}`, there: n !== 11 }));
  const some = { files: 2, first: ['/srv/a'] };
  const tools = having({
    planRestore: async () => ({
      ...{ ...PLAN, roots, absent: ['/srv/new'] },
      changes: { changed: some, missing: some, extra: some, taken: 9, skipped: 3, isWhole: false },
      silent: [{ destination: 'nas', reason: 'It did not answer in time.' }],
    }),
  });
  const { facts } = await restore.plan(workOf(restore, INPUT, tools));
  expect(Plan.parse({ facts, digest: '0'.repeat(64) }).facts).toHaveLength(20);
  expect(facts.slice(8, 11)).toEqual([
    { label: 'Replaces', value: '/srv/6' },
    { label: 'Replaces', value: '4 more: /srv/7, /srv/8, /srv/9, /srv/10' },
    { label: 'Brings back', value: '1 more: /srv/11' },
  ]);
});

test('its plan names the destinations that were not heard', async () => {
  const silent = [{ destination: 'nas', reason: 'It did not answer in time.' }];
  const tools = having({ planRestore: async () => ({ ...PLAN, silent }) });
  expect((await restore.plan(workOf(restore, INPUT, tools))).facts[1]).toEqual({
    label: 'Not heard',
    value: 'nas: It did not answer in time. A newer backup may be there.',
    tone: 'warn',
  });
});

test('it stages, says so, then swaps', async () => {
  const asked: string[] = [];
  const tools = having({
    stage: async ({ path, snapshot }, _, follow) => {
      asked.push(`stage ${path} of ${snapshot}`);
      follow?.({ at: 'restoring', percent: 40, bytes: 2e6, totalBytes: 5e6, remainingMs: 3000 });
      return { files: 3, bytes: 5e6, emergency: 'abcdabcd', unread: ['/srv/x/shut'] };
    },
    swap: async (set) => {
      asked.push(`swap ${set}`);
      return SWAPPED;
    },
  });
  const { result, steps, notes } = await runWith(restore, { ...INPUT, path: '/srv/x' }, tools, { snapshot: ID });
  expect({ asked, steps, notes }).toEqual({
    asked: [`stage /srv/x of ${ID}`, 'swap files'],
    steps: ['stage', 'swap'],
    notes: ['restoring · 40 % · 2.0 MB of 5.0 MB · about 3.0 s left', '3 files, 5.0 MB: all as in the backup'],
  });
  const told = { node: 'alpha', params: restore.parse(INPUT), result, tookMs: 2000 };
  expect(restore.report(told)).toMatchObject({
    tone: 'ok',
    title: 'files restored in 2.0 s: 3 files, 5.0 MB',
    facts: [
      { label: 'In place', value: '/srv', tone: 'ok' },
      { label: 'Kept', value: '/.nightguard-old-1', tone: 'info' },
      { label: 'Runs again', value: 'web', tone: 'ok' },
      { label: 'Before it', value: 'backup abcdabcd' },
      { label: 'Not read for it', value: '/srv/x/shut', tone: 'warn' },
    ],
  });
});

test('a workload that did not come back is told first', () => {
  const swapped = { ...SWAPPED, resumed: [], unwell: [{ name: 'web', reason: 'web does not run. Read its log.' }] };
  const told = { node: 'alpha', params: restore.parse(INPUT), result: { files: 1, bytes: 1, swapped }, tookMs: 1000 };
  expect(restore.report(told)).toMatchObject({ tone: 'bad', title: expect.stringMatching(/web did not come back$/) });
});

test.each([
  ['nothing was begun', { state: 'nothing' }, 7, 'verified not applied'],
  ['all was told but the verdict', { state: 'nothing' }, 8, 'verified applied'],
  ['it had not begun to swap', { state: 'old', paths: [], unwell: [] }, 7, 'verified not applied'],
  ['it was in the middle', { state: 'new', swapped: SWAPPED }, 8, 'verified applied'],
  ['what was paused stays down', { state: 'old', paths: [], unwell: [{ name: 'web', reason: '' }] }, 7, 'needs human'],
  [
    'a user stays down',
    { state: 'new', swapped: { ...SWAPPED, unwell: [{ name: 'web', reason: '' }] } },
    8,
    'needs human',
  ],
] as [string, Settled, number, string][])(
  'after a crash, when %s, it brings it to an end and says so',
  async (_, settled, at, verdict) => {
    const tools = having({ settle: async () => settled, undoable: async () => last(`${at}`) });
    const marked = having({
      settle: async () => settled,
      standing: async (_, mark) => (mark === 'm' && at === 8 ? 'in place' : 'not in place'),
    });
    for (const operation of [restore, restoreUndo]) {
      const found = await operation.verify({ ...workOf(operation, INPUT, marked), before: { mark: 'm', last: '8' } });
      expect(found.verdict).toBe(verdict);
      // As a release without marks has noted it.
      const before = { last: '7' };
      expect((await operation.verify({ ...workOf(operation, INPUT, tools), before })).verdict).toBe(verdict);
    }
  },
);

test.each([
  ['in place', 'verified applied'],
  ['not in place', 'verified not applied'],
  ['unfinished', 'needs human'],
  ['forgotten', 'needs human'],
] as const)('a second look at one that is %s settles nothing: %s', async (standing, verdict) => {
  const tools = having({ standing: async () => standing });
  for (const operation of [restore, restoreUndo]) {
    const work = { ...workOf(operation, INPUT, tools), before: { mark: 'm' }, looksOnly: true };
    expect((await operation.verify(work)).verdict).toBe(verdict);
  }
});

test('what it does bears the mark of its image', async () => {
  const marks: (string | undefined)[] = [];
  const tools = having({
    ...{ set: pausing, mark: () => 'm', undoable: async () => last(ID), planRestore: async () => PLAN },
    stage: async ({ mark }) => {
      marks.push(mark);
      return { files: 1, bytes: 1, emergency: undefined };
    },
    swap: async () => SWAPPED,
    undo: async (_set, _signal, of) => {
      marks.push(of?.mark, of?.restore);
      return SWAPPED;
    },
  });
  for (const operation of [restore, restoreUndo])
    await runWith(operation, INPUT, tools, await beforeOf(operation, INPUT, tools));
  expect(marks).toEqual(['m', 'm', ID]);
});

test('its button undoes this restore and no other', async () => {
  const told = { node: 'alpha', params: restore.parse(INPUT), result: { files: 1, bytes: 1, swapped: SWAPPED } };
  const [button] = restore.report({ ...told, tookMs: 1000 }).buttons;
  expect(button).toEqual({ label: 'Undo', operation: 'restore_undo', input: { ...INPUT, restore: ID } });
  const plan = (id: string) =>
    restoreUndo.plan(
      workOf(restoreUndo, button?.input ?? {}, having({ undoable: async () => last(id), set: pausing })),
    );
  expect((await plan(ID)).facts[0]).toEqual({
    label: 'Undoes',
    value: 'the restore of 1f2e3d4c, 1970-01-01 00:00 UTC',
  });
  await expect(plan('20261122T000000Z-aaaaaa')).rejects.toMatchObject({ code: 'nothing-to-undo' });
});

test('an undo of an undo says that the restore stands again', async () => {
  const tools = (kind: Undoable['kind']) =>
    having({ undoable: async () => ({ ...last(ID), kind }), set: pausing, mark: () => 'm', undo: async () => SWAPPED });
  const title = async (kind: Undoable['kind']) => {
    const before = await beforeOf(restoreUndo, INPUT, tools(kind));
    const { result } = await runWith(restoreUndo, INPUT, tools(kind), before);
    return restoreUndo.report({ node: 'alpha', params: restoreUndo.parse(INPUT), result, tookMs: 1000 }).title;
  };
  expect(await title('restore')).toBe('the restore of files is undone in 1.0 s');
  expect(await title('undo')).toBe('files is as restored again in 1.0 s');
});

test('an undo that has nothing to undo is no plan', async () => {
  const nothing = having({ undoable: async () => undefined });
  await expect(restoreUndo.plan(workOf(restoreUndo, INPUT, nothing))).rejects.toMatchObject({
    code: 'nothing-to-undo',
  });
});

function pausing() {
  return { pause: [] } as unknown as BackupSet;
}

function last(id: string): Undoable {
  return { id, kind: 'restore', paths: ['/srv'], snapshot: SNAPSHOT.id, at: 0 };
}

function none() {
  return { files: 0, first: [] };
}
