import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { BackupSpec } from '#src/adapters/backup/spec.ts';
import { createJournal } from '#src/agent/journal.ts';
import { createLanes } from '#src/agent/lanes.ts';
import { createSchedule } from '#src/agent/schedule/schedule.ts';
import { Problem } from '#src/kit/problem.ts';
import { waitUntil } from '#src/kit/waitUntil.ts';
import type { Chore } from '#src/operation/backupKnown.ts';
import type { Backups } from '#src/operation/backups.ts';
import { NEVER, setKnown } from '../../fixtures/known.ts';

const MINUTE_MS = 60_000;
const T0 = Date.parse('2026-03-18T10:00:00Z');
const { signal } = new AbortController();

/** A schedule over backups that are only noted; `hold` keeps a run going until it is told to stop. */
function setUp(set: object = {}) {
  const clock = { now: T0 };
  const ran: string[] = [];
  const state = { hold: false, fail: false, hindrance: undefined as string | undefined, asleep: [] as string[] };
  const known = setKnown({ since: T0, savedAt: T0 });
  known.chores = { ...known.chores, save: { ...NEVER, doneAt: T0 } };
  const act = (chore: Chore) => async (stop: AbortSignal) => {
    ran.push(`${chore} ${new Date(clock.now).toISOString().slice(11, 16)}`);
    if (state.hold) await new Promise((resolve) => stop.addEventListener('abort', resolve, { once: true }));
    stop.throwIfAborted();
    known.chores[chore] = { ...NEVER, doneAt: clock.now };
    return state.fail ? [{ destination: 'disk', reason: 'The repository disk cannot be reached.' }] : [];
  };
  const backups = {
    known: async () => [known],
    save: async (_wish, _watch, stop) => ({ parts: [], failed: await act('save')(stop) }),
    unlock: async () => [],
    asleep: async () => state.asleep,
    wake: async (name) => {
      ran.push(`wake ${name}`);
      return { resumed: ['db'], unwell: [] };
    },
    check: async (_set, _percent, stop) => await act('check')(stop),
    prune: async (_set, stop) => (await act('prune')(stop)).map((each) => ({ ...each, kept: 0, removed: 0 })),
  } as Partial<Backups> as Backups;
  const lanes = createLanes();
  const journal = createJournal({ file: ':memory:', now: () => clock.now });
  onTestFinished(() => journal.close());
  const spec = BackupSpec.parse({
    ...{ passwordFile: '/p', timezone: 'UTC', destinations: { disk: { kind: 'path', path: '/d' } } },
    sets: { docs: { paths: ['/srv'], ...set } },
  });
  const schedule = createSchedule({
    ...{ spec, node: 'alpha', backups, lanes, journal, now: () => clock.now, log: pino({ level: 'silent' }) },
    hindrance: () => state.hindrance,
  });
  /** Looks once a minute for so many minutes. */
  const pass = async (minutes: number) => {
    for (let minute = 0; minute < minutes; minute += 1) {
      clock.now += MINUTE_MS;
      await schedule.look(signal);
    }
  };
  const records = () => journal.audit.lines(0, 99).map((line) => JSON.parse(line) as Record<string, unknown>);
  return { clock, ran, state, known, lanes, schedule, pass, records, journal };
}

test('what is due begins within a few minutes of its time, and the audit says so', async () => {
  const { ran, pass, records } = setUp({ schedule: 'hourly' });
  await pass(130);
  expect(ran).toEqual([expect.stringMatching(/^save 11:0[0-4]$/), expect.stringMatching(/^save 12:0[0-4]$/)]);
  expect(records().slice(0, 2)).toMatchObject([
    { source: 'schedule', decision: 'started', operation: 'backup', target: 'docs' },
    { source: 'schedule', decision: 'done', operation: 'backup', target: 'docs' },
  ]);
});

test('a machine that slept over it catches up once, soon after it is awake', async () => {
  const { clock, ran, pass, schedule } = setUp({ schedule: 'hourly' });
  await pass(5);
  clock.now += 7.5 * 60 * MINUTE_MS;
  await schedule.look(signal);
  expect(schedule.awakeMs()).toBe(0);
  await pass(10);
  expect(ran).toEqual([expect.stringMatching(/^save 17:3[5-9]$/)]);
});

test('a failure is in the audit with its reason', async () => {
  const { state, pass, records } = setUp({ schedule: 'hourly' });
  state.fail = true;
  await pass(70);
  expect(records()[1]).toMatchObject({ decision: 'failed', because: 'The repository disk cannot be reached.' });
});

test('nothing begins while somebody works on the set, or restores anything', async () => {
  const { ran, lanes, pass } = setUp({ schedule: 'hourly' });
  lanes.take('docs', { job: 'j1', operation: 'backup', since: T0 });
  await pass(80);
  lanes.leave('docs', 'j1');
  lanes.take('other', { job: 'j2', operation: 'restore', since: T0 });
  await pass(10);
  expect(ran).toEqual([]);
  lanes.leave('other', 'j2');
  await pass(1);
  expect(ran).toEqual(['save 11:31']);
});

test('one that runs holds the set, and gives way to a restore', async () => {
  const { ran, state, lanes, schedule, pass, records } = setUp({ schedule: 'hourly' });
  await pass(59);
  state.hold = true;
  const running = pass(5);
  await waitUntil(() => lanes.holder('docs'), { withinMs: 5_000, everyMs: 1, what: 'the run' });
  expect(lanes.take('docs', { job: 'j1', operation: 'backup', since: T0 })).toMatchObject({ bySchedule: true });
  expect(schedule.makeWay('backup')).toBeUndefined();
  const way = schedule.makeWay('restore');
  expect(lanes.take('docs', { job: 'j2', operation: 'restore', since: T0 }), 'the set is free at once').toBeUndefined();
  await way;
  expect(records().at(-1)).toMatchObject({ source: 'schedule', decision: 'gave way' });
  state.hold = false;
  await running;
  lanes.leave('docs', 'j2');
  await pass(10);
  expect(ran, 'a person may still be reading the question').toHaveLength(1);
  await pass(10);
  expect(ran).toHaveLength(2);
});

test('nothing is thrown away while the node is locked; saving goes on', async () => {
  const { ran, state, pass } = setUp({ schedule: 'hourly', prune: 'hourly' });
  state.hindrance = 'alpha is locked';
  await pass(70);
  expect(ran).toEqual([expect.stringMatching(/^save/)]);
  state.hindrance = undefined;
  await pass(5);
  expect(ran).toEqual([expect.stringMatching(/^save/), expect.stringMatching(/^prune/)]);
});

test('nothing begins that cannot be noted', async () => {
  const { ran, journal, pass } = setUp({ schedule: 'hourly' });
  journal.remember = () => {
    throw new Problem('journal', 'The disk is full.');
  };
  await pass(70);
  expect(ran).toEqual([]);
});

test('what a save of an earlier life left stopped is started once, unless somebody works on its set, and the audit says so', async () => {
  const { state, ran, lanes, pass, records } = setUp();
  state.asleep = ['docs'];
  lanes.take('docs', { job: 'a', operation: 'backup', since: T0 });
  await pass(2);
  expect(ran).toEqual([]);
  lanes.leave('docs', 'a');
  await pass(2);
  expect(ran).toEqual(['wake docs']);
  expect(lanes.holder('docs')).toBeUndefined();
  expect(records().at(-1)).toMatchObject({
    ...{ source: 'schedule', operation: 'backup', target: 'docs', decision: 'started again' },
    because: 'db runs again after a backup that was broken off.',
  });
});
