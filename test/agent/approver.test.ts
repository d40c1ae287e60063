import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, describe, expect, test } from 'vitest';
import { readSeeds, seedsFile, writeSeeds } from '#src/agent/approver/seeds.ts';
import { codeOf, stepAt } from '#src/agent/approver/totp.ts';
import { createApprover } from '#src/agent/approver.ts';
import type { Journal } from '#src/agent/journal.ts';
import { createJournal } from '#src/agent/journal.ts';
import type { Saying } from '#src/wire/event.ts';
import { freshId } from '#src/wire/ids.ts';
import { identity, makeKeys } from '#src/wire/keys.ts';
import { createProofReader } from '#src/wire/proof.ts';
import { temporaryFolder } from '../adapters/temporary.ts';
import { createRandom } from '../random.ts';

const AT = 1_800_000_000_000;
const [ADA, BEN] = [11, 22];
const SEED = new Uint8Array(Buffer.from('12345678901234567890'));
const PLAN = 'a'.repeat(64);
const keys = await makeKeys();
const alpha = { name: 'alpha', key: (await makeKeys()).public };
const journals: Journal[] = [];

afterEach(() => {
  for (const journal of journals.splice(0)) journal.close();
});

/** An approver on its own files; `lives` begins another life on the same ones. */
async function setUp() {
  const state = await temporaryFolder();
  const seeds = seedsFile(state);
  await writeSeeds(seeds, [{ operator: ADA, name: 'Ada', seed: SEED, addedAt: AT }]);
  let at = AT;
  const lines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
  const begin = () => {
    const journal = createJournal({ file: join(state, 'journal.db'), now: () => at });
    journals.push(journal);
    const approver = createApprover({ own: { name: 'vault', keys }, seeds, journal, now: () => at, log });
    return { journal, approver };
  };
  let life = begin();
  const last = (): Saying | undefined => life.journal.unsent(0, 10_000).at(-1)?.saying;
  const type = async (code: string, more: { operator?: number; jti?: string; job?: string; ageMs?: number } = {}) => {
    const { operator = ADA, jti = freshId(), job = 'j1', ageMs = 0 } = more;
    const body = {
      kind: 'approve' as const,
      v: 1 as const,
      confirm: 'q1',
      job,
      plan: PLAN,
      operator,
      code,
      audience: identity(alpha.name, alpha.key),
    };
    const issuedAt = at - ageMs;
    await life.approver.take({ jti, issuedAt, expiresAt: issuedAt + 30_000, epoch: 1, body });
    const said = last();
    return said?.kind === 'stepup' && said.job === jti ? said.outcome : undefined;
  };
  return {
    ...{ state, seeds, lines, type },
    code: (off = 0) => codeOf(SEED, stepAt(at) + off),
    pass: (ms: number) => {
      at += ms;
    },
    read: (token: string) => createProofReader({ name: 'vault', key: keys.public }, alpha)(token, at),
    restart: () => {
      life.journal.close();
      journals.splice(journals.indexOf(life.journal), 1);
      life = begin();
    },
    journal: () => life.journal,
    approver: () => life.approver,
  };
}

/** A code that none of the steps around now has. */
function wrongCode(world: { code: (off?: number) => string }, salt = 0): string {
  const right = [-1, 0, 1].map((off) => world.code(off));
  let wrong = salt;
  while (right.includes(String(wrong).padStart(6, '0'))) wrong += 1;
  return String(wrong).padStart(6, '0');
}

test('a right code is proved for its job, its plan, its node and its person', async () => {
  const world = await setUp();
  const outcome = await world.type(world.code());
  expect(outcome).toMatchObject({ is: 'proved' });
  const token = outcome?.is === 'proved' ? outcome.token : '';
  expect(await world.read(token)).toEqual({ job: 'j1', plan: PLAN, operator: ADA });
});

describe('a code is used once', () => {
  test('whatever job it is typed for', async () => {
    const world = await setUp();
    expect(await world.type(world.code())).toMatchObject({ is: 'proved' });
    expect(await world.type(world.code(), { job: 'j2' })).toEqual({ is: 'used' });
    expect(await world.type(world.code(-1))).toEqual({ is: 'used' });
    world.pass(30_000);
    expect(await world.type(world.code(), { job: 'j2' })).toMatchObject({ is: 'proved' });
  });

  test('over a restart between', async () => {
    const world = await setUp();
    expect(await world.type(world.code(1))).toMatchObject({ is: 'proved' });
    world.restart();
    expect(await world.type(world.code(1))).toEqual({ is: 'used' });
    expect(await world.type(world.code())).toEqual({ is: 'used' });
  });

  test('when two hubs send it at the same moment', async () => {
    const world = await setUp();
    const code = world.code();
    await Promise.all([world.type(code, { jti: 'hub1' }), world.type(code, { jti: 'hub2' })]);
    const said = world
      .journal()
      .unsent(0, 10)
      .map(({ saying }) => (saying.kind === 'stepup' ? saying.outcome.is : ''));
    expect(said.toSorted()).toEqual(['proved', 'used']);
  });

  test('and an order that comes again says nothing again, in this life and the next', async () => {
    const world = await setUp();
    await world.type(world.code(), { jti: 'once' });
    await world.type(world.code(), { jti: 'once' });
    world.restart();
    await world.type(wrongCode(world), { jti: 'once' });
    expect(world.journal().unsent(0, 10)).toHaveLength(1);
  });
});

describe('wrong codes', () => {
  test('lock after five, over restarts, and then no right one counts until a person unlocks', async () => {
    const world = await setUp();
    const outcomes = [];
    for (let n = 0; n < 5; n += 1) {
      outcomes.push(await world.type(wrongCode(world, n)));
      world.restart();
    }
    expect(outcomes).toEqual([...[4, 3, 2, 1].map((left) => ({ is: 'wrong', left })), { is: 'locked' }]);
    for (let n = 0; n < 20; n += 1) {
      world.pass(30_000);
      expect(await world.type(world.code())).toEqual({ is: 'locked' });
    }
  });

  test('do not add up over a right one, and are counted for each person apart', async () => {
    const world = await setUp();
    await writeSeeds(world.seeds, [
      { operator: ADA, name: 'Ada', seed: SEED, addedAt: AT },
      { operator: BEN, name: 'Ben', seed: SEED.toReversed(), addedAt: AT },
    ]);
    for (let n = 0; n < 4; n += 1) await world.type(wrongCode(world, n));
    expect(await world.type(codeOf(SEED.toReversed(), stepAt(AT)), { operator: BEN })).toMatchObject({ is: 'proved' });
    expect(await world.type(world.code())).toMatchObject({ is: 'proved' });
    expect(await world.type(wrongCode(world))).toEqual({ is: 'wrong', left: 4 });
  });

  test('of two hundred guesses none is taken, and five are looked at', async () => {
    const world = await setUp();
    const random = createRandom(6238);
    const outcomes = [];
    for (let n = 0; n < 200; n += 1) {
      if (n % 40 === 0) world.restart();
      outcomes.push((await world.type(wrongCode(world, random.below(1_000_000))))?.is);
    }
    expect(outcomes.filter((is) => is === 'wrong')).toHaveLength(4);
    expect(outcomes.filter((is) => is === 'locked')).toHaveLength(196);
  });
});

test.each([
  ['a step behind', -1, 'proved'],
  ['a step ahead', 1, 'proved'],
  ['two steps behind', -2, 'wrong'],
  ['two steps ahead', 2, 'wrong'],
])('an authenticator that is %s: %s', async (_, off, is) => {
  const world = await setUp();
  expect(await world.type(world.code(off))).toMatchObject({ is });
});

test('a code that comes late, or with the clock of another time, is not looked at and costs no try', async () => {
  const world = await setUp();
  expect(await world.type(world.code(), { ageMs: 30_000 })).toEqual({ is: 'late' });
  expect(await world.type(world.code(), { ageMs: -31_000 })).toEqual({ is: 'late' });
  expect(await world.type(world.code())).toMatchObject({ is: 'proved' });
});

test('of somebody without a seed it says so', async () => {
  const world = await setUp();
  expect(await world.type(world.code(), { operator: BEN })).toEqual({ is: 'unknown' });
});

test('each code that was judged is a record of the audit: whose it was, for what, and what was found', async () => {
  const world = await setUp();
  await world.type(world.code(), { jti: 'right', job: 'j7' });
  await world.type(world.code(), { jti: 'right', job: 'j7' });
  await world.type(world.code());
  for (let n = 0; n < 5; n += 1) await world.type(wrongCode(world, n));
  await world.type(world.code(), { operator: BEN });
  await world.type(world.code(), { ageMs: 30_000 });
  const records = world
    .journal()
    .audit.lines(0, 99)
    .map((line) => JSON.parse(line));
  const found = ['proved', 'used', ...Array(4).fill('wrong'), 'locked', 'unknown', 'late'];
  expect(records.map(({ decision }) => decision)).toEqual(found.map((is) => `code ${is}`));
  expect(records[0]).toMatchObject({ source: 'order', operator: ADA, job: 'right', about: 'j7' });
  expect(records.map(({ operator }) => operator)).toEqual([...Array(7).fill(ADA), BEN, ADA]);
  expect(JSON.stringify(records), 'no proof is in it').not.toContain('.');
});

test('a file of seeds that others can read is not believed, and is said in the log', async () => {
  const world = await setUp();
  expect(await world.approver().hasSeeds()).toBe(true);
  await chmod(world.seeds, 0o640);
  await expect(readSeeds(world.seeds)).rejects.toThrow(`Run: chmod 600 ${world.seeds}`);
  expect(await world.type(world.code())).toEqual({ is: 'unknown' });
  expect(await world.approver().hasSeeds()).toBe(false);
  expect(world.lines.join()).toContain('seeds do not hold');
});

test('neither the seed nor a code is in the journal or the log', async () => {
  const world = await setUp();
  const typed = [wrongCode(world, 123_456), world.code()];
  for (const code of typed) await world.type(code);
  world.restart();
  const { readFile, readdir } = await import('node:fs/promises');
  const files = (await readdir(world.state)).filter((name) => name.startsWith('journal'));
  const kept = (await Promise.all(files.map((name) => readFile(join(world.state, name), 'latin1')))).join('');
  const seed = Buffer.from(SEED);
  for (const secret of [...typed, seed.toString('latin1'), seed.toString('base64url'), seed.toString('hex')]) {
    // Not as part of a time, whose digits may be these by chance.
    const whole = new RegExp(`(?<!\\d)${secret}(?!\\d)`);
    expect(kept).not.toMatch(whole);
    expect(world.lines.join()).not.toMatch(whole);
  }
});
