import type { Message } from 'grammy/types';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { createHeads } from '#src/hub/audit/heads.ts';
import type { Node } from '#src/hub/nodes/fleet.ts';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import type { Head } from '#src/wire/chain.ts';

const DAY_MS = 86_400_000;
const head = (seq: number, digit = 'a', chain = 'c'): Head => ({
  ...{ chain: chain.repeat(26), seq, h: digit.repeat(64) },
});

/** What one hub after another says on one ledger, with a Telegram that may be away. */
function createStand() {
  const ledger = createSqliteLedger({ file: ':memory:' });
  onTestFinished(() => ledger.close());
  const state = {
    ...{ now: 1_000_000, isAway: false, hub: head(8), alpha: head(5) },
    backups: undefined as Node['backups'],
  };
  const sent: unknown[][] = [];
  /** A hub that has just started. */
  const make = () =>
    createHeads({
      config: {
        operators: [
          { id: 1, name: 'Ada', role: 'admin' },
          { id: 2, name: 'Ben', role: 'operator' },
        ],
        auditTo: undefined,
        protectContent: true,
      },
      ledger,
      chain: { seal: async () => {}, state: async () => ({ head: state.hub, cut: head(0) }) },
      fleet: { nodes: async () => [{ name: 'alpha', audit: state.alpha, backups: state.backups } as Node] },
      api: {
        sendMessage: async (...call) => {
          if (state.isAway) throw new Error('Telegram is away');
          sent.push(call);
          return { message_id: 1 } as Message.TextMessage;
        },
      },
      now: () => state.now,
      log: pino({ level: 'silent' }),
    });
  return { ledger, state, sent, make };
}

test('where the audits stand is told at once and then once a day, quietly, to admins, and what went back is named', async () => {
  const { ledger, state, sent, make } = createStand();
  const tell = make();
  await tell();
  await tell();
  await make()();
  expect(sent.splice(0)).toEqual([
    [
      1,
      `🧾 Where the audits stand today:\nhub 8:${'a'.repeat(32)}\nalpha 5:${'a'.repeat(32)}`,
      { disable_notification: true, protect_content: true },
    ],
  ]);
  state.now += DAY_MS;
  state.alpha = head(4);
  state.hub = head(9, 'b');
  state.backups = [{ set: 'docs', savedAt: state.now - DAY_MS / 4 }];
  await make()();
  expect(sent[0]?.[1]).toContain(`hub 9:${'b'.repeat(32)}\n⚠️ alpha 4:${'a'.repeat(32)} (it stood at 5:`);
  expect(sent[0]?.[1]).toContain('\n💾 Backups: 1 of 1 set backed up; the oldest 6 h ago (alpha docs); ');
  expect(await ledger.audits(9)).toMatchObject([{ decision: 'audit set back', node: 'alpha' }]);
});

test('a Telegram that was away is told a minute later, with what went back', async () => {
  const { ledger, state, sent, make } = createStand();
  await make()();
  sent.splice(0);
  state.now += DAY_MS;
  state.alpha = head(4);
  state.isAway = true;
  const tell = make();
  await tell();
  state.isAway = false;
  await make()();
  expect(sent, 'another hub has only just tried').toEqual([]);
  state.now += 60_000;
  await tell();
  expect(sent[0]?.[1]).toContain('(it stood at 5:');
  expect(sent).toHaveLength(1);
  expect(await ledger.audits(9)).toHaveLength(1);
});

test('who drops the note that it was told cannot silence it', async () => {
  const { ledger, state, sent, make } = createStand();
  for (let day = 0; day < 3; day += 1) {
    await make()();
    await ledger.remember('audit heads told', '');
    state.now += DAY_MS;
  }
  expect(sent).toHaveLength(3);
});

test('where nothing is on record yet, nothing is told', async () => {
  const { state, sent, make } = createStand();
  state.hub = head(0);
  state.alpha = head(0);
  await make()();
  expect(sent).toEqual([]);
});
