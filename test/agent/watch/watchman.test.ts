import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import type { Journal } from '#src/agent/journal.ts';
import { createJournal } from '#src/agent/journal.ts';
import type { Reading, Watch } from '#src/agent/watch/watch.ts';
import { createWatchman } from '#src/agent/watch/watchman.ts';
import { Problem } from '#src/kit/problem.ts';
import type { NodeAlert } from '#src/wire/event.ts';

const NOW = 1_800_000_000_000;
const down: Reading = { fingerprint: 'workload web', well: 'web runs', trouble: { tone: 'bad', title: 'web is down' } };
const fine: Reading = { ...down, trouble: undefined };
const { signal } = new AbortController();

test('an alert that was told stays told over a restart of the agent', async () => {
  const { reopen, look, said } = await setUp();
  await look(down);
  await reopen();
  await look(down);
  await reopen();
  await look(down);
  expect(said().map(({ state }) => state)).toEqual(['open']);
  await reopen();
  await look(fine);
  await reopen();
  await look(fine);
  expect(said().map(({ state }) => state)).toEqual(['open', 'resolved']);
});

test('a look that fails says nothing, neither good nor bad', async () => {
  const { look, said } = await setUp();
  await look(down);
  await look(new Problem('engine', 'podman does not answer'));
  await look(down);
  await look(new Error('a bug'));
  await look(fine);
  await look(fine);
  expect(said().map(({ state }) => state)).toEqual(['open', 'resolved']);
});

test('what is no longer watched is over', async () => {
  const { look, said } = await setUp();
  await look(down);
  await look(down);
  await look();
  await look();
  expect(said().at(-1)).toMatchObject({ state: 'resolved', resolution: 'workload web is no longer watched' });
});

test('open alerts can be said once more, and pending ones cannot', async () => {
  const { look, said, watchman } = await setUp();
  const pending = { ...down, fingerprint: 'workload db' };
  await look(down);
  await look(down, pending);
  watchman().restate();
  expect(said().map(({ fingerprint }) => fingerprint)).toEqual(['workload web', 'workload web']);
  expect(new Set(said().map(({ id }) => id)).size).toBe(1);
});

test('quoted output is cleaned and short', async () => {
  const { look, said } = await setUp();
  const block = { label: 'log\u202e', text: `\u001b[31mred\n${'x'.repeat(9_000)}\nlast words` };
  const loud = { ...down, trouble: { tone: 'bad' as const, title: 'web\u0007 is down', block } };
  await look(loud);
  await look(loud);
  const text = said()[0]?.reply.block?.text ?? '';
  expect(text).toMatch(/last words$/);
  expect(text.length).toBeLessThanOrEqual(2_000);
  expect(said()[0]?.reply).toMatchObject({ title: 'web is down', block: { label: 'log' } });
});

async function setUp() {
  const folder = await mkdtemp(join(tmpdir(), 'nightguard-watch-'));
  const open = () => createJournal({ file: join(folder, 'journal.db'), now: () => NOW });
  let journal: Journal = open();
  onTestFinished(async () => {
    journal.close();
    await rm(folder, { recursive: true, force: true });
  });
  let sees: Reading[] | Error = [];
  const watch: Watch = {
    name: 'workload',
    look: async () => {
      if (sees instanceof Error) throw sees;
      return sees;
    },
  };
  const make = () =>
    createWatchman({ watches: [watch], journal, everyMs: 60_000, now: () => NOW, log: pino({ level: 'silent' }) });
  let watchman = make();
  return {
    watchman: () => watchman,
    async reopen() {
      journal.close();
      journal = open();
      watchman = make();
    },
    async look(...seen: Reading[] | [Error]) {
      sees = seen[0] instanceof Error ? seen[0] : (seen as Reading[]);
      await watchman.look(signal);
    },
    said: (): NodeAlert[] =>
      journal.unsent(0, 100).flatMap(({ saying }) => (saying.kind === 'alert' ? [saying.alert] : [])),
  };
}
