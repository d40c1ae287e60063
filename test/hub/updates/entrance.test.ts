import type { Update } from 'grammy/types';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { HubConfig } from '#src/hub/config.ts';
import { createEntrance } from '#src/hub/updates/entrance.ts';
import { createRate } from '#src/hub/updates/rate.ts';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import { ADA } from '../../fuzz/cast.ts';
import { createRig } from '../rig.ts';

const CONFIG = HubConfig.parse({ operators: [{ id: ADA, name: 'Ada', role: 'admin' }] });

function setUp() {
  const clock = { now: 1_000_000 };
  const logged: string[] = [];
  const log = pino(
    { level: 'info', base: null, timestamp: false },
    { write: (line: string) => void logged.push(line) },
  );
  return { clock, logged, enter: createEntrance({ config: CONFIG, now: () => clock.now, log }) };
}

const from = (id: number, more: object = {}): Update =>
  ({
    update_id: 1,
    message: {
      ...{ message_id: 1, date: 1, text: '/health', from: { id, is_bot: false, first_name: 'X' } },
      ...{ chat: { id, type: 'private' }, entities: [{ type: 'bot_command', offset: 0, length: 7 }], ...more },
    },
  }) as unknown as Update;

test('a sender has so many at once, and earns more with time', () => {
  const clock = { now: 0 };
  const take = createRate({ most: 3, perMinute: 60 }, () => clock.now);
  expect([take(1), take(1), take(1), take(1), take(2)]).toEqual([true, true, true, false, true]);
  clock.now += 1_000;
  expect([take(1), take(1)]).toEqual([true, false]);
  clock.now -= 60_000;
  expect(take(1)).toBe(false);
  clock.now += 600_000;
  expect([take(1), take(1), take(1), take(1)]).toEqual([true, true, true, false]);
});

test('what is remembered of senders does not grow without end', () => {
  const take = createRate({ most: 1, perMinute: 0 }, () => 0);
  take(-1);
  for (let id = 0; id < 10_000; id += 1) take(id);
  expect([take(-1), take(9_999)]).toEqual([true, false]);
});

test("a stranger's flood is one line a minute, and the next line says how much was left out", () => {
  const { clock, logged, enter } = setUp();
  for (let i = 0; i < 1_000; i += 1) expect(enter(from(99)).kind).toBe('dropped');
  expect(logged).toHaveLength(1);
  expect(logged[0]).toContain('"from":99');
  clock.now += 60_000;
  for (let i = 0; i < 1_000; i += 1) enter(from(99));
  expect(logged).toHaveLength(2);
  expect(logged[1]).toContain('"unsaid":999');
});

test('a flood of many strangers, with words of every kind, is ten lines a minute', () => {
  const { logged, enter } = setUp();
  for (let id = 10; id < 3_000; id += 1) enter(from(id, id % 2 ? { via_bot: {} } : { text: undefined }));
  expect(logged).toHaveLength(10);
});

test('an operator may send more than a person can, and hears once when it is too much', () => {
  const { clock, logged, enter } = setUp();
  const kinds = Array.from({ length: 400 }, () => enter(from(ADA)).kind);
  expect(kinds.slice(0, 300).every((kind) => kind === 'text')).toBe(true);
  expect(kinds.slice(300)).toEqual(['flood', ...Array(99).fill('dropped')]);
  expect(logged.filter((line) => line.includes('sends too much'))).toHaveLength(1);
  clock.now += 1_000;
  expect(enter(from(ADA)).kind).toBe('text');
});

test('strangers use up nothing of what operators have', () => {
  const { enter } = setUp();
  for (let i = 0; i < 5_000; i += 1) enter(from(99, { sender_chat: { id: ADA } }));
  expect(enter(from(ADA)).kind).toBe('text');
});

test('an update that comes again as the same object counts once', () => {
  const { enter } = setUp();
  const update = from(ADA);
  for (let i = 0; i < 400; i += 1) expect(enter(update).kind).toBe('text');
});

test('a stranger costs no call of the ledger or of Telegram; too much of an operator costs one', async () => {
  const ledger = createSqliteLedger({ file: ':memory:' });
  onTestFinished(() => ledger.close());
  const rig = await createRig(ledger);
  for (let i = 0; i < 100; i += 1) expect(await rig.receive(from(99))).toEqual({ outcome: 'dropped' });
  expect([rig.touched, rig.called]).toEqual([[], []]);
  for (let i = 0; i < 300; i += 1) await rig.receive(from(ADA, { text: '/x', entities: [], message_id: i + 1 }));
  rig.touched.length = 0;
  rig.called.length = 0;
  for (let i = 0; i < 50; i += 1) await rig.receive(from(ADA));
  expect([rig.touched, rig.called]).toEqual([[], ['sendMessage']]);
});
