import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { createAway } from '#src/agent/away.ts';
import { createJournal } from '#src/agent/journal.ts';
import { createOutbox } from '#src/agent/outbox.ts';
import { Problem } from '#src/kit/problem.ts';
import { waitUntil } from '#src/kit/waitUntil.ts';
import type { NodeLedger } from '#src/ledger/port.ts';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import type { Cursor } from '#src/wire/cursor.ts';
import type { Saying } from '#src/wire/event.ts';

const said = (job: string): Saying => ({ kind: 'accepted', job });

/** An outbox on a real journal and ledger that notes each call; while `isAway` the ledger throws. */
function setUp() {
  const ledger = createSqliteLedger({ file: ':memory:' });
  const journal = createJournal({ file: ':memory:', now: Date.now });
  const calls: string[] = [];
  const logged: string[] = [];
  const sent: string[] = [];
  const state: { isAway: boolean; heard?: Cursor } = { isAway: false };
  const guarded = async <T>(name: string, act: () => Promise<T>): Promise<T> => {
    calls.push(name);
    if (state.isAway) throw new Problem('ledger', 'The ledger is away.');
    return await act();
  };
  const watched: NodeLedger = {
    ...ledger,
    append: (node, tokens) => guarded('append', () => ledger.append(node, tokens)),
  };
  const away = createAway(pino({ level: 'info' }, { write: (line: string) => void logged.push(line) }));
  const outbox = createOutbox({
    ...{ node: 'alpha', journal, ledger: watched, away },
    heard: () => guarded('cursor', async () => state.heard),
    seal: async ({ body }) => `sealed ${body.seq}`,
    onSent: (sayings) => sent.push(...sayings.map((each) => ('job' in each ? each.job : each.kind))),
  });
  onTestFinished(async () => {
    outbox.close();
    journal.close();
    await ledger.close();
  });
  const events = async () => (await ledger.unfolded(['alpha'], 100))[0]?.events.map(({ token }) => token) ?? [];
  return { ledger, journal, outbox, calls, logged, sent, state, events };
}

test('what is said goes into the ledger, and only then it is said that it is there', async () => {
  const { journal, outbox, events, sent } = setUp();
  journal.say(said('a'));
  journal.say(said('b'));
  await outbox.drain(5_000);
  expect(await events()).toEqual(['sealed 1', 'sealed 2']);
  expect(sent).toEqual(['a', 'b']);
});

test('as long as nothing is unacknowledged the ledger is asked nothing', async () => {
  const { outbox, calls } = setUp();
  await outbox.resend();
  await outbox.resend();
  expect(calls).toEqual([]);
});

test('what is not acknowledged is sent again, and what is acknowledged is forgotten', async () => {
  const { journal, outbox, calls, events, state } = setUp();
  journal.say(said('a'));
  journal.say(said('b'));
  await outbox.drain(5_000);
  await outbox.resend();
  expect(await events()).toEqual(['sealed 1', 'sealed 2', 'sealed 1', 'sealed 2']);
  const log = journal.unsent(0, 1)[0]?.log ?? '';
  state.heard = { log, seq: 2 };
  await outbox.resend();
  calls.length = 0;
  await outbox.resend();
  expect(calls).toEqual([]);
});

test('while the ledger is away it is said once, and once that it is back', async () => {
  const { journal, outbox, state, logged, events, sent } = setUp();
  state.isAway = true;
  journal.say(said('a'));
  const lines = () => logged.length || undefined;
  await waitUntil(lines, { withinMs: 5_000, everyMs: 5, what: 'the first line' });
  await expect(outbox.resend()).rejects.toMatchObject({ code: 'ledger' });
  expect(sent).toEqual([]);
  state.isAway = false;
  await outbox.drain(5_000);
  expect(await events()).toEqual(['sealed 1']);
  expect(logged.map((line) => JSON.parse(line).msg)).toEqual([
    'the ledger is away; trying again until it is back',
    'the ledger is back',
  ]);
});
