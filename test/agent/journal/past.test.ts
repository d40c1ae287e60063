import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { takeStock } from '#src/agent/history.ts';
import { watchJournal } from '#src/agent/watch/journal.ts';
import { inOrder } from '#src/hub/posts/fold.ts';
import { temporaryFolder } from '../../adapters/temporary.ts';
import { live, NOW } from './life.ts';

const SILENT = new AbortController().signal;

describe('a journal that was lost', () => {
  test('runs nothing that was asked before it began, and says so', async () => {
    const first = await live();
    await first.take('a');
    await first.close();
    await rm(first.file);
    const second = await live({ folder: first.folder, now: NOW + 20_000 });
    await second.take('a', { issuedAt: NOW, expiresAt: NOW + 60_000 });
    expect(await second.verdictOf('a')).toMatchObject({
      verdict: 'refused',
      reply: {
        title: expect.stringMatching(/^The journal of alpha begins at 2026-09-21 12:00:20 UTC, after this was asked/),
      },
    });
    await second.take('b');
    expect(await second.verdictOf('b')).toMatchObject({ verdict: 'done' });
    expect(second.ran).toEqual(['web']);
  });

  test('takes an order of its own first second', async () => {
    const { take, verdictOf } = await live({ now: NOW + 700 });
    await take('a', { issuedAt: NOW });
    expect(await verdictOf('a')).toMatchObject({ verdict: 'done' });
  });

  test('counts as new again when the ledger has heard this node under another log', async () => {
    const { journal, clock, take, verdictOf } = await live();
    clock.now += 30_000;
    await takeStock({ heard: async () => ({ log: 'another', seq: 4 }), journal, log: undefined as never });
    await take('a', { issuedAt: NOW + 20_000 });
    expect(await verdictOf('a')).toMatchObject({ verdict: 'refused' });
  });
});

describe('a journal that came back from an older copy', () => {
  /** Job a is in the copy, job b only in what came after it. */
  async function restored() {
    const first = await live();
    await first.take('a');
    await first.verdictOf('a');
    await first.close();
    const copy = join(await temporaryFolder(), 'journal.db');
    await copyFile(first.file, copy);
    const second = await live({ folder: first.folder });
    await second.take('b');
    await second.verdictOf('b');
    const { log, said } = second.journal.history();
    await second.close();
    await copyFile(copy, second.file);
    return { folder: first.folder, heard: { log, seq: said } };
  }

  test('changes nothing once an order tells that more was heard, and the hub hears that', async () => {
    const { folder, heard } = await restored();
    const agent = await live({ folder });
    await agent.take('c', {}, { seen: heard });
    expect(await agent.verdictOf('c')).toMatchObject({
      verdict: 'refused',
      reply: {
        title: expect.stringMatching(/went back in time \(restored from a snapshot\?\).*nightguard journal reset/),
      },
    });
    await agent.take('d', {}, { operation: 'look' });
    expect(await agent.verdictOf('d')).toMatchObject({ verdict: 'done' });
    expect(agent.ran).toEqual(['web']);
    const events = (await agent.heard()).sort((a, b) => a.seq - b.seq);
    expect(inOrder(events, heard).taken.map(({ saying }) => 'job' in saying && saying.job)).toContain('c');
    const [reading] = await watchJournal('alpha', agent.journal, () => NOW).look(SILENT);
    expect(reading).toMatchObject({ trouble: { tone: 'bad', title: expect.stringContaining('went back in time') } });
  });

  test('does not run again what it forgot, when the ledger tells at the start how far it was heard', async () => {
    const { folder, heard } = await restored();
    const agent = await live({ folder });
    await takeStock({ heard: async () => heard, journal: agent.journal, log: { error: () => {} } as never });
    await agent.take('b');
    expect(await agent.verdictOf('b')).toMatchObject({ verdict: 'refused' });
    expect(agent.ran).toEqual([]);
    await agent.close();
    const later = await live({ folder, now: NOW + 5_000 });
    await later.take('e');
    expect(await later.verdictOf('e'), 'after a restart').toMatchObject({ verdict: 'refused' });
  });

  test('works again under a new log, in which nothing older begins', async () => {
    const { folder, heard } = await restored();
    const agent = await live({ folder, now: NOW + 5_000 });
    agent.journal.compare(heard);
    agent.journal.renew();
    await agent.take('b', { issuedAt: NOW });
    await agent.take('f', {}, { seen: heard });
    expect(await agent.verdictOf('b')).toMatchObject({ verdict: 'refused' });
    expect(await agent.verdictOf('f')).toMatchObject({ verdict: 'done' });
    expect(agent.journal.history().log).not.toBe(heard.log);
  });

  test('is not suspected for what is as it should be, nor for a number that nobody reaches', async () => {
    const { journal, take, verdictOf } = await live();
    const { log } = journal.history();
    expect(journal.compare({ log, seq: 0 })).toBe(false);
    expect(journal.compare({ log, seq: Number.MAX_SAFE_INTEGER })).toBe(false);
    expect(journal.compare({ log: 'another', seq: 9 })).toBe(false);
    await take('a', {}, { seen: { log, seq: 0 } });
    expect(await verdictOf('a')).toMatchObject({ verdict: 'done' });
  });
});
