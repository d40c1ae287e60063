import { describe, expect, test } from 'vitest';
import { watchBackups } from '#src/agent/watch/backups.ts';
import type { Reading } from '#src/agent/watch/watch.ts';
import type { ChoreKnown, PlaceKnown, SetKnown } from '#src/operation/backupKnown.ts';
import { NEVER, setKnown } from '../../fixtures/known.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW = 1_800_000_000_000;
const { signal } = new AbortController();
const well: ChoreKnown = { ...NEVER, doneAt: NOW - HOUR_MS, triedAt: NOW - HOUR_MS };
const failing = (code: string, failures = 1): ChoreKnown => ({
  ...{ ...well, triedAt: NOW - 60_000, failures },
  failure: { code, because: 'It does not work. Try again.', places: ['disk'] },
});
const chores = (more: Partial<SetKnown['chores']>) => ({
  save: well,
  check: NEVER,
  drill: NEVER,
  prune: NEVER,
  ...more,
});
const place = (more: Partial<PlaceKnown> = {}): PlaceKnown => ({
  ...{ destination: 'disk', sets: ['docs'], isUsed: false, troubles: [], room: undefined, ...more },
});

const sizesOf = (bytes: number[], part = 'files') => [{ destination: 'disk', part, bytes }];

/** What is read of one set and one place: the fingerprints with what is wrong, or `unsure`. */
async function look(set: Partial<SetKnown>, { at = place(), awakeMs = DAY_MS } = {}) {
  const known = setKnown({ ...{ scheduled: ['save'], chores: chores({}), savedAt: NOW - HOUR_MS }, ...set });
  const backups = { known: async () => [known], places: async () => [at] };
  return await watchBackups(backups, { now: () => NOW, awakeMs: () => awakeMs }).look(signal);
}
const wrong = (readings: Reading[]) =>
  readings.flatMap(({ fingerprint, trouble }) =>
    trouble === undefined
      ? []
      : [trouble === 'unsure' ? `${fingerprint}: unsure` : `${fingerprint}: ${trouble.tone}: ${trouble.title}`],
  );
const remediesOf = (readings: Reading[]) =>
  readings.flatMap(({ trouble }) =>
    trouble === undefined || trouble === 'unsure' ? [] : (trouble.buttons ?? []).map(({ operation }) => operation),
  );

test('what is well says nothing', async () => {
  expect(wrong(await look({ sizes: sizesOf([5, 5, 5, 5]) }))).toEqual([]);
});

describe('a run that failed', () => {
  test('is told with its reason and the same again as a button', async () => {
    const readings = await look({ chores: chores({ save: failing('dump') }) });
    expect(wrong(readings)).toEqual(['backup docs: bad: docs could not be backed up']);
    expect(readings[0]?.trouble).toMatchObject({
      facts: [
        { label: 'Reason', value: 'It does not work. Try again.' },
        { label: 'At', value: 'disk' },
        { label: 'Tries', value: '1, the last 1 min ago' },
        { label: 'Last well', value: '1 h ago' },
      ],
      buttons: [{ label: 'Back up now', operation: 'backup', input: { set: 'docs' } }, { operation: 'backups' }],
    });
  });

  test.each<[string, Partial<SetKnown>, string[]]>([
    [
      'is not told while it runs again',
      { chores: chores({ save: failing('dump') }), running: 'save' },
      ['backup docs: unsure'],
    ],
    [
      'is told by its destination where that is at fault',
      { chores: chores({ save: failing('backup-unreachable') }) },
      ['backup docs: unsure'],
    ],
    [
      'is not told for one agent that was killed',
      { chores: chores({ save: failing('interrupted') }) },
      ['backup docs: unsure'],
    ],
    [
      'is told when agents die of it',
      { chores: chores({ save: failing('interrupted', 2) }) },
      ['backup docs: bad: docs could not be backed up'],
    ],
    ['is no news where nothing runs by itself', { scheduled: [], chores: chores({ save: failing('dump') }) }, []],
    [
      'of another kind is told in its own words',
      {
        scheduled: ['save', 'check', 'drill', 'prune'],
        chores: { save: well, check: failing('x'), drill: failing('x'), prune: failing('x') },
      },
      [
        'backup check docs: bad: the repositories of docs did not pass their check',
        'backup drill docs: bad: docs could not be restored in a drill',
        'backup prune docs: warn: old backups of docs could not be dropped',
      ],
    ],
    [
      'that left files out is told',
      { unread: ['/srv/a'], unreadCount: 5000 },
      ['backup unread docs: warn: 5000 paths of docs could not be read and are not in its backup'],
    ],
  ])('%s', async (_, set, words) => {
    expect(wrong(await look(set))).toEqual(words);
  });
});

describe('a set that is late', () => {
  const late = { maxAgeMs: 30 * HOUR_MS, isLate: true, savedAt: NOW - 31 * HOUR_MS };
  test('is told', async () => {
    const readings = await look(late);
    expect(wrong(readings)).toEqual(['backup age docs: bad: the newest backup of docs is too old']);
    expect(remediesOf(readings)).toEqual(['backup', 'backups']);
  });

  test('at one destination is told with its name', async () => {
    const [disk, nas] = [
      { destination: 'disk', at: NOW - HOUR_MS, isLate: false, aheadAt: undefined },
      { destination: 'nas', at: NOW - 9 * DAY_MS, isLate: true, aheadAt: undefined },
    ];
    const readings = await look({ ...late, saved: [disk, nas] });
    expect(wrong(readings)).toEqual(['backup age docs: bad: the newest backup of docs at nas is too old']);
    expect(readings.find(({ fingerprint }) => fingerprint === 'backup age docs')?.trouble).toMatchObject({
      facts: [{ label: 'nas', value: '9 d ago', limit: 'at most 1 d 6 h' }],
    });
  });

  test.each<[string, Partial<SetKnown>, number, string[]]>([
    ['not while it is saved', { ...late, running: 'save' }, DAY_MS, ['backup docs: unsure', 'backup age docs: unsure']],
    [
      'but while a save goes on and on',
      { ...late, running: 'save', chores: chores({ save: { ...well, triedAt: NOW - 3 * HOUR_MS } }) },
      DAY_MS,
      ['backup docs: unsure', 'backup age docs: bad: the newest backup of docs is too old'],
    ],
    ['not when the machine has only just woken up', late, 60_000, ['backup age docs: unsure']],
    [
      'also when it was never saved',
      { ...late, savedAt: undefined },
      DAY_MS,
      ['backup age docs: bad: docs was never saved'],
    ],
    [
      'in proofs too',
      { maxDrillAgeMs: DAY_MS, chores: chores({ drill: { ...well, doneAt: NOW - 2 * DAY_MS } }) },
      DAY_MS,
      ['backup proof docs: warn: the last drill of docs is too long ago'],
    ],
  ])('%s', async (_, set, awakeMs, words) => {
    expect(wrong(await look(set, { awakeMs }))).toEqual(words);
  });
});

describe('a size', () => {
  const usual = [100e6, 90e6, 110e6, 100e6];
  test.each<[string, number[], string[]]>([
    ['that is usual', [...usual, 250e6], []],
    [
      'far above',
      [...usual, 301e6],
      ['backup size docs: warn: the newest backup of docs is far larger than usual (files at disk)'],
    ],
    [
      'far below',
      [...usual, 33e6],
      ['backup size docs: warn: the newest backup of docs is far smaller than usual (files at disk)'],
    ],
    ['of nothing', [...usual, 0], ['backup size docs: warn: the newest backup of docs is empty (files at disk)']],
    [
      'of nothing after the first',
      [5, 0],
      ['backup size docs: warn: the newest backup of docs is empty (files at disk)'],
    ],
    ['that was always nothing', [0, 0, 0, 0], []],
    ['that grew by little', [1000, 1000, 1000, 5000], []],
    ['of which too few are known', [100e6, 100e6, 1], []],
  ])('%s', async (_, sizes, words) => {
    expect(wrong(await look({ sizes: sizesOf(sizes) }))).toEqual(words);
  });
});

test('a dump that became empty is told beside files of usual size', async () => {
  const sizes = [...sizesOf([2e6, 2e6, 2e6, 2e6]), ...sizesOf([5e5, 5e5, 5e5, 0], 'orders')];
  expect(wrong(await look({ sizes }))).toEqual([
    'backup size docs: warn: the newest backup of docs is empty (dump orders at disk)',
  ]);
});

test('a backup that is dated later than now is told, whichever clock is wrong', async () => {
  const ahead = { destination: 'disk', at: undefined, isLate: true, aheadAt: NOW + DAY_MS };
  const readings = await look({ saved: [ahead], isLate: true, savedAt: undefined });
  expect(wrong(readings)).toEqual([
    'backup age docs: unsure',
    'backup clock docs: warn: the newest backup of docs is dated later than now',
  ]);
  expect(readings.find(({ fingerprint }) => fingerprint === 'backup clock docs')?.trouble).toMatchObject({
    facts: [
      { label: 'disk', value: '2027-01-16 08:00:00 UTC' },
      { label: 'The clock says', value: expect.stringContaining('2027-01-15 08:00:00 UTC') },
    ],
  });
});

describe('a destination', () => {
  const away = (code: string, times = 1) =>
    place({ troubles: [{ code, because: 'It is away.', since: NOW - HOUR_MS, times }] });
  const room = (freeBytes: number, wantedBytes = 0) =>
    place({ room: { freeBytes, totalBytes: 100e9, wantedBytes, leastPercent: 10 } });
  test.each<[string, PlaceKnown, string[]]>([
    ['that is not there', away('backup-no-repository'), ['backup place disk: bad: the repository disk cannot be used']],
    ['that was away once', away('backup-unreachable'), ['backup place disk: unsure']],
    [
      'that was away twice',
      away('backup-unreachable', 2),
      ['backup place disk: bad: the repository disk cannot be used'],
    ],
    ['that is locked', away('backup-locked', 2), ['backup place disk: bad: the repository disk is locked']],
    ['that is full', away('backup-full'), ['backup writes disk: bad: the repository disk takes no backups']],
    [
      'that may not be read',
      away('backup-unreadable'),
      ['backup damage disk: bad: the repository disk cannot be read in full'],
    ],
    ['that is damaged', away('backup-damaged'), ['backup damage disk: bad: the repository disk is damaged']],
    [
      'that was exchanged',
      away('backup-replaced'),
      ['backup identity disk: bad: the repository disk is another one than before'],
    ],
    ['that lost backups', away('backup-emptied'), ['backup identity disk: bad: the repository disk has lost backups']],
    [
      'that is damaged, and away now',
      place({ troubles: [...away('backup-damaged').troubles, ...away('backup-unreachable', 2).troubles] }),
      [
        'backup place disk: bad: the repository disk cannot be used',
        'backup damage disk: bad: the repository disk is damaged',
      ],
    ],
    ['with room', room(20e9), []],
    ['with little room', room(9e9), ['backup room disk: warn: there is little room left for backups at disk']],
    ['with hardly any', room(3e9), ['backup room disk: bad: there is little room left for backups at disk']],
    [
      'with less than what comes',
      room(20e9, 30e9),
      ['backup room disk: bad: there is little room left for backups at disk'],
    ],
  ])('%s', async (_, at, words) => {
    expect(wrong(await look({}, { at }))).toEqual(words);
  });

  test('that is locked has its lock taken away by a button', async () => {
    expect(remediesOf(await look({}, { at: away('backup-locked', 2) }))).toEqual(['backup_unlock', 'backups']);
  });
});
