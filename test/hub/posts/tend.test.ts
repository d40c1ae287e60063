import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { createTend } from '#src/hub/posts/tend.ts';
import { waitUntil } from '#src/kit/waitUntil.ts';
import type { Post } from '#src/ledger/records.ts';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import { samplePost } from '../../ledger/samples.ts';

/** A hub's work on a real ledger; what is told is noted. */
function setUp() {
  const ledger = createSqliteLedger({ file: ':memory:' });
  onTestFinished(() => ledger.close());
  const told: string[] = [];
  const state = { fails: false, gate: Promise.resolve() };
  const tend = createTend({
    ...{ by: 'me', nodes: () => ['alpha'], ledger, now: Date.now, log: pino({ level: 'silent' }) },
    fold: async () => {},
    advance: async () => false,
    tell: async (id) => {
      const story = await ledger.lease(id, { by: 'me', now: Date.now(), until: Date.now() + 30_000 });
      if (!story) return;
      told.push(id);
      await state.gate;
      if (state.fails) throw new Error('cannot be rendered');
      await ledger.told({ post: id, by: 'me', revision: story.post.revision, dueAt: story.post.dueAt });
    },
  });
  const put = (id: string, more: Partial<Post> = {}) =>
    ledger.ask({ intent: id, post: samplePost({ id, ...more }), jobs: [], orders: [], audit: [] });
  return { ledger, tend, told, state, put };
}

const never = new AbortController().signal;

test('a request ends as soon as nothing falls due while it is here', async () => {
  const { tend, told, put } = setUp();
  await put('p1');
  await put('p2', { told: 1, dueAt: Date.now() + 60_000 });
  const from = performance.now();
  await tend.attend(2_500, never);
  expect(told).toEqual(['p1']);
  expect(performance.now() - from).toBeLessThan(1_000);
});

test('a request stays for what falls due before it has to end, and no longer', async () => {
  const { tend, told, put } = setUp();
  await put('soon', { notBefore: Date.now() + 200 });
  await put('late', { notBefore: Date.now() + 60_000 });
  await tend.attend(2_500, never);
  expect(told).toEqual(['soon']);
});

test('a server that stops does not wait for what is not due yet', async () => {
  const { tend, told, put } = setUp();
  await put('soon', { notBefore: Date.now() + 5_000 });
  const stopping = new AbortController();
  const attended = tend.attend(8_000, stopping.signal);
  stopping.abort();
  const from = performance.now();
  await attended;
  expect(performance.now() - from).toBeLessThan(2_000);
  expect(told).toEqual([]);
});

test('requests side by side tell a post once', async () => {
  const { tend, told, state, put } = setUp();
  await put('p1');
  const { promise, resolve } = Promise.withResolvers<void>();
  state.gate = promise;
  const all = Promise.all([tend.attend(2_500, never), tend.attend(2_500, never), tend.round()]);
  await waitUntil(() => told[0], { withinMs: 5_000, everyMs: 5, what: 'the telling' });
  resolve();
  await all;
  expect(told).toEqual(['p1']);
});

test('what cannot be told is not tried without a breath', async () => {
  const { tend, told, state, put } = setUp();
  state.fails = true;
  await put('p1');
  await tend.attend(450, never);
  expect(told.length).toBeGreaterThan(1);
  expect(told.length).toBeLessThan(9);
});

test('a hub with time of its own tells what it was kicked for at once', async () => {
  const { tend, told, put } = setUp();
  const stopping = new AbortController();
  const running = tend.run(stopping.signal);
  await put('p1');
  tend.kick();
  await waitUntil(() => told[0], { withinMs: 5_000, everyMs: 5, what: 'the telling' });
  stopping.abort();
  await running;
});
