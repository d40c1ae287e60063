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

test('where the audits stand is told once a day, quietly, to admins, and what went back is named', async () => {
  const ledger = createSqliteLedger({ file: ':memory:' });
  onTestFinished(() => ledger.close());
  const clock = { now: 1_000_000 };
  const audit = { hub: head(8), alpha: head(5) };
  const state: Pick<Node, 'backups'> = { backups: undefined };
  const sent: unknown[][] = [];
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
      chain: { seal: async () => {}, state: async () => ({ head: audit.hub, cut: head(0) }) },
      fleet: { nodes: async () => [{ name: 'alpha', audit: audit.alpha, backups: state.backups } as Node] },
      api: {
        sendMessage: async (...call) => {
          sent.push(call);
          throw new Error('Telegram is away');
        },
      },
      now: () => clock.now,
      log: pino({ level: 'silent' }),
    });
  await make()();
  expect(sent, 'a fresh ledger has nothing to tell').toEqual([]);
  clock.now += DAY_MS;
  const tell = make();
  await tell();
  await tell();
  const [first, ...more] = sent.splice(0);
  expect(more).toEqual([]);
  expect(first).toEqual([
    1,
    `🧾 Where the audits stand today:\nhub 8:${'a'.repeat(32)}\nalpha 5:${'a'.repeat(32)}`,
    { disable_notification: true, protect_content: true },
  ]);
  clock.now += DAY_MS;
  audit.alpha = head(4);
  audit.hub = head(9, 'b');
  state.backups = [{ set: 'docs', savedAt: clock.now - DAY_MS / 4 }];
  await make()();
  expect(sent[0]?.[1]).toContain(`hub 9:${'b'.repeat(32)}\n⚠️ alpha 4:${'a'.repeat(32)} (it stood at 5:`);
  expect(sent[0]?.[1]).toContain('\n💾 Backups: 1 of 1 set backed up; the oldest 6 h ago (alpha docs); ');
  expect(await ledger.audits(9)).toMatchObject([{ decision: 'audit set back', node: 'alpha' }]);
});
