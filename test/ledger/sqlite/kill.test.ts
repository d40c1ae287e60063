import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import { ordersOf, sampleQuestion, tokensOf } from '../samples.ts';
import { startChild } from './child.ts';
import { FLEET, fleetAsk } from './fleetAsk.ts';
import { tempFolder } from './tempFolder.ts';

const ROUNDS = 12;

test('an ask is on disk before its answer: a process that is killed right after it has lost nothing', async () => {
  const file = join(tempFolder(), 'ledger.db');
  const child = startChild('asker.ts', [file, '7', '7']);
  expect(await child.ended).toBe('SIGKILL');
  expect(child.lines).toEqual(['7']);
  await expectWhole(file, 7, 7);
});

test('a process killed at any moment leaves each answered ask whole and no part of another', async () => {
  const file = join(tempFolder(), 'ledger.db');
  let next = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const child = startChild('asker.ts', [file, String(next)]);
    const enough = 1 + Math.floor(Math.random() * 25);
    while (child.lines.length < enough) expect(await child.nextLine(), 'it still asks').toBeDefined();
    child.kill();
    expect(await child.ended).toBe('SIGKILL');
    expect(child.lines).toEqual(child.lines.map((_, i) => String(next + i)));
    next += child.lines.length;
    await expectWhole(file, 0, next - 1);
  }
});

test('of several processes one gets each intent and one the press', async () => {
  const file = join(tempFolder(), 'ledger.db');
  const ledger = createSqliteLedger({ file });
  await ledger.ask(sampleQuestion());
  const racers = ['a', 'b', 'c', 'd'].map((name) => startChild('racer.ts', [file, name]));
  await Promise.all(racers.map((racer) => racer.nextLine()));
  for (const racer of racers) racer.say('go');
  expect(await Promise.all(racers.map((racer) => racer.ended))).toEqual([0, 0, 0, 0]);

  const results: { fresh: number; posts: string[]; pressed: string }[] = racers.map((racer) =>
    JSON.parse(racer.lines.at(-1) ?? ''),
  );
  expect(results.reduce((sum, result) => sum + result.fresh, 0)).toBe(25);
  for (const result of results) expect(result.posts).toEqual(results[0]?.posts);
  expect(results.map((result) => result.pressed).sort()).toEqual(['again', 'again', 'again', 'taken']);
  expect(await ledger.jobs({ limit: 1000 })).toHaveLength(25);
  await ledger.close();
});

test('waits that ended keep no process alive', async () => {
  expect(await startChild('waiter.ts', []).ended).toBe(0);
});

/** The asks from `first` to `last` are there; one more may be, if it was killed between its commit and its word. */
async function expectWhole(file: string, first: number, last: number): Promise<void> {
  const ledger = createSqliteLedger({ file });
  try {
    const unanswered = (await ledger.story(`p${last + 1}`)) ? 1 : 0;
    const asks = Array.from({ length: last + unanswered - first + 1 }, (_, i) => fleetAsk(first + i));
    for (const ask of asks) {
      expect(await ledger.story(ask.post.id)).toEqual({ post: ask.post, jobs: ask.jobs, confirm: undefined });
      expect(await ledger.ask(ask)).toEqual({ fresh: false, post: ask.post.id });
    }
    expect(await ledger.jobs({ limit: 10_000 })).toHaveLength(asks.length * FLEET.length);
    expect(await ledger.audits(10_000)).toEqual(asks.flatMap((ask) => ask.audit).reverse());
    for (const node of FLEET) {
      const sent = asks.flatMap((ask) => ask.orders).filter((order) => order.node === node);
      expect(tokensOf(await ordersOf(ledger, node))).toEqual(sent.map((order) => order.token));
    }
  } finally {
    await ledger.close();
  }
}
