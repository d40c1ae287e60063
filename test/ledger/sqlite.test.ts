import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Ledger } from '#src/ledger/port.ts';
import { openDatabase } from '#src/ledger/sqlite/database.ts';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import { testLedger } from './contract.ts';
import { NODES, ordersOf, sampleAsk, sampleQuestion, T0, tokensOf } from './samples.ts';
import { tempFolder } from './sqlite/tempFolder.ts';

testLedger('SQLite in a file', async () => {
  const file = join(tempFolder(), 'ledger.db');
  return { ledger: createSqliteLedger({ file }), other: createSqliteLedger({ file }) };
});

testLedger('SQLite in memory', async () => ({ ledger: createSqliteLedger({ file: ':memory:' }) }));

describe('the file of a SQLite ledger', () => {
  const newFile = () => join(tempFolder(), 'ledger.db');
  const withLedger = async (file: string, act: (ledger: Ledger) => Promise<unknown>) => {
    const ledger = createSqliteLedger({ file });
    await act(ledger).finally(() => ledger.close());
  };
  const withDatabase = <T>(file: string, act: (database: DatabaseSync) => T): T => {
    const database = new DatabaseSync(file);
    try {
      return act(database);
    } finally {
      database.close();
    }
  };
  const modeOf = (file: string) => statSync(file).mode & 0o777;
  const problem = (message: RegExp) =>
    expect.objectContaining({ code: 'ledger', message: expect.stringMatching(message) });

  test('has everything when it is opened again', async () => {
    const file = newFile();
    const ask = sampleQuestion();
    await withLedger(file, async (ledger) => {
      await ledger.ask(ask);
      await ledger.send([{ node: 'alpha', job: 'j1', token: 'o1' }]);
      await ledger.append('alpha', ['e1']);
      await ledger.setBeacon('alpha', 'b1');
      await ledger.lease('p1', { by: 'me', now: T0, until: T0 + 1000 });
    });
    await withLedger(file, async (ledger) => {
      expect(await ledger.story('p1')).toEqual({ post: ask.post, jobs: [], confirm: ask.confirm });
      expect(tokensOf(await ordersOf(ledger, 'alpha'))).toEqual(['o1']);
      expect((await ledger.unfolded(NODES, 9)).map((stream) => tokensOf(stream.events))).toEqual([['e1']]);
      expect(await ledger.beacons(NODES)).toEqual([{ node: 'alpha', token: 'b1' }]);
      expect(await ledger.untold(T0), 'a lease outlives its process until it runs out').toEqual([]);
    });
  });

  test('is for its owner alone, with what SQLite puts beside it', async () => {
    const file = newFile();
    const before = process.umask(0);
    try {
      await withLedger(file, async (ledger) => {
        await ledger.ask(sampleAsk('1'));
        expect([file, `${file}-wal`, `${file}-shm`].map(modeOf)).toEqual([0o600, 0o600, 0o600]);
      });
      chmodSync(file, 0o644);
      await withLedger(file, async () => expect(modeOf(file)).toBe(0o600));
    } finally {
      process.umask(before);
    }
  });

  test('is written through to the disk with each commit', () => {
    const database = openDatabase(newFile());
    const pragma = (name: string) =>
      database.read(() => database.get(z.record(z.string(), z.unknown()), `PRAGMA ${name}`));
    expect(pragma('journal_mode')).toEqual({ journal_mode: 'wal' });
    expect(pragma('synchronous'), 'full').toEqual({ synchronous: 2 });
    expect(pragma('fullfsync'), 'as macOS needs it').toEqual({ fullfsync: 1 });
    database.close();
  });

  test('is one file when it is closed', async () => {
    const file = newFile();
    await withLedger(file, (ledger) => ledger.ask(sampleAsk('1')));
    expect(readdirSync(dirname(file))).toEqual(['ledger.db']);
  });

  test('shows what another process wrote to a wait that nobody woke, at its end', async () => {
    const file = newFile();
    await withLedger(file, async (waiting) =>
      withLedger(file, async (writing) => {
        const wait = waiting.orders('alpha', '0', 20, new AbortController().signal);
        await writing.send([{ node: 'alpha', job: 'j1', token: 'o1' }]);
        expect(tokensOf(await wait)).toEqual(['o1']);
      }),
    );
  });

  test('from a newer release is refused with the version that it needs, and left as it is', () => {
    const file = newFile();
    withDatabase(file, (database) => database.exec('PRAGMA user_version = 99'));
    expect(() => createSqliteLedger({ file })).toThrow(problem(/ledger version 99, this one reads up to \d+/));
    expect(withDatabase(file, (database) => database.prepare('SELECT name FROM sqlite_schema').all())).toEqual([]);
  });

  test('that is no database, or has no folder, is a problem with the next thing to do', () => {
    const file = newFile();
    writeFileSync(file, 'this is not a database'.repeat(100));
    expect(() => createSqliteLedger({ file })).toThrow(problem(/file is not a database.*move the file away/));
    const lost = join(tempFolder(), 'missing', 'ledger.db');
    expect(() => createSqliteLedger({ file: lost })).toThrow(problem(/ENOENT.*check that its folder exists/));
  });

  test('with a damaged record is a problem for those who read it, not for others', async () => {
    const file = newFile();
    await withLedger(file, async (ledger) => {
      await ledger.ask(sampleAsk('1'));
      await ledger.ask(sampleAsk('2'));
      withDatabase(file, (database) =>
        database.exec(`UPDATE job SET body = json_set(body, '$.state', 'lost') WHERE id = 'j1'`),
      );
      await expect(ledger.story('p1')).rejects.toEqual(problem(/record.*cannot be read/));
      expect(await ledger.story('p2')).toBeDefined();
    });
  });

  test('whose tables are gone is a problem, and nothing is half written', async () => {
    const file = newFile();
    await withLedger(file, async (ledger) => {
      withDatabase(file, (database) => database.exec('DROP TABLE orders'));
      await expect(ledger.ask(sampleAsk('1'))).rejects.toEqual(problem(/no such table: orders/));
      expect(await ledger.story('p1')).toBeUndefined();
    });
  });

  test('keeps the time at which each order came, by the clock that was handed in', async () => {
    let time = T0;
    const ledger = createSqliteLedger({ file: ':memory:', now: () => time });
    await ledger.send([{ node: 'alpha', job: 'j1', token: 'o1' }]);
    time += 1000;
    await ledger.send([{ node: 'alpha', job: 'j1', token: 'o2' }]);
    await ledger.trim({ ordersBefore: T0 + 1000, recordsBefore: 0 });
    expect(tokensOf(await ordersOf(ledger, 'alpha'))).toEqual(['o2']);
    await ledger.close();
  });
});
