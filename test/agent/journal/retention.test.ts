import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { DAY_MS, live, NOW } from './life.ts';

test('what ended 30 days ago shrinks to id and verdict, still runs nothing and still answers; after 60 days it is gone', async () => {
  const { file, clock, ran, journal, take, ask, heard, verdictOf } = await live();
  await take('a');
  await verdictOf('a');
  expect(journal.tidy()).toBe(0);
  clock.now = NOW + 30 * DAY_MS + 1;
  expect(journal.tidy()).toBe(1);
  expect(journal.tidy()).toBe(0);
  const rows = new DatabaseSync(file, { readOnly: true });
  const left = Object.entries(rows.prepare('SELECT * FROM jobs').get() ?? {}).filter(([, value]) => value !== null);
  rows.close();
  expect(left.map(([key]) => key)).toEqual(['job', 'finished_at', 'verdict']);
  await take('a');
  const said = (await heard()).length;
  await ask('a');
  const { saying } = (await heard()).at(-1) ?? {};
  expect((await heard()).length).toBeLessThanOrEqual(said + 1);
  expect(saying).toMatchObject({ kind: 'verdict', job: 'a', verdict: 'done' });
  expect(ran).toEqual(['web']);
  clock.now = NOW + 60 * DAY_MS + 1;
  expect(journal.tidy()).toBe(1);
  expect(journal.knows('a')).toBe('never seen');
});

test('in a year of jobs the file stays flat, and no round is long', async () => {
  // Thousands of writes that each wait for a disk would say nothing more.
  const folder = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'nightguard-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { file, clock, journal } = await live({ folder });
  const order = { kind: 'run', v: 1, operation: 'change', version: 1, input: { target: 'web' }, operator: 7 } as const;
  const title = 'x'.repeat(300);
  const reply = {
    tone: 'ok' as const,
    title,
    facts: [],
    buttons: [],
    block: { label: 'out', text: 'y'.repeat(2_000) },
  };
  const sizes: number[] = [];
  let most = 0;
  for (let day = 0; day < 365; day += 1) {
    for (let n = 0; n < 4; n += 1) {
      clock.now += DAY_MS / 4;
      const job = `${day}-${n}`;
      journal.accept(job, order, clock.now + 60_000);
      journal.finish(job, { kind: 'verdict', job, verdict: 'done', reply });
    }
    const { log, said } = journal.history();
    journal.acknowledge(log, said);
    most = Math.max(most, journal.tidy());
    if (day === 90 || day === 364) sizes.push(sizeOf(file));
  }
  const [early = 0, late = 0] = sizes;
  expect(late).toBeLessThanOrEqual(early * 1.1);
  expect(most).toBeLessThanOrEqual(400);
});

/** Bytes of all tables but the audit, which has a bound of its own: a number of records. */
function sizeOf(file: string): number {
  const db = new DatabaseSync(file, { readOnly: true });
  const bytes = db.prepare("SELECT sum(pgsize) AS bytes FROM dbstat WHERE name <> 'audit'").get()?.['bytes'];
  db.close();
  return Number(bytes);
}
