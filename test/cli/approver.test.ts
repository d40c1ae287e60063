import { spawn } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { readSeeds, seedsFile } from '#src/agent/approver/seeds.ts';
import { codeOf, stepAt } from '#src/agent/approver/totp.ts';
import { readTries, triesKey, writeTries } from '#src/agent/approver/tries.ts';
import { createJournal } from '#src/agent/journal.ts';
import type { Desk } from '#src/cli/approver/desk.ts';
import { base32, enrolPerson } from '#src/cli/approver/enrol.ts';
import { listPeople, removePerson, unlockPerson } from '#src/cli/approver/people.ts';
import { temporaryFolder } from '../adapters/temporary.ts';
import { PROGRAM } from '../fixtures/program.ts';

const AT = 1_800_000_000_000;
const ADA = { operator: 11, name: 'Ada' };
const desks: Desk[] = [];

afterEach(() => {
  for (const desk of desks.splice(0)) desk.journal.close();
});

async function newDesk(): Promise<Desk & { state: string }> {
  const state = await temporaryFolder();
  const journal = createJournal({ file: join(state, 'journal.db'), now: () => AT });
  const desk = { state, seeds: seedsFile(state), journal, self: { name: 'vault', key: 'ng1.x.y' }, now: () => AT };
  desks.push(desk);
  return desk;
}

/** Enrols Ada, who types what `type` makes of the seed on the screen. */
async function enrol(desk: Desk, type: (seed: Uint8Array) => string[]) {
  let shown = '';
  const screen = {
    write: (words: string) => {
      shown += words;
      return true;
    },
  };
  async function* typing() {
    for (const line of type(seedOn(shown))) yield `${line}\n`;
  }
  return { lines: await enrolPerson(desk, ADA, Readable.from(typing()), screen), seed: seedOn(shown) };
}

/** The seed as its base32 stands on the screen. */
function seedOn(shown: string): Uint8Array {
  const letters = (/^ {2}((?:[A-Z2-7]{4} ?){8})$/m.exec(shown)?.[1] ?? '').replaceAll(' ', '');
  const bits = [...letters].map((letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  );
  return new Uint8Array((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

test('base32 is that of RFC 4648', () => {
  const words = ['', 'f', 'fo', 'foo', 'foob', 'fooba', 'foobar'].map((word) => base32(Buffer.from(word)));
  expect(words).toEqual(['', 'MY', 'MZXQ', 'MZXW6', 'MZXW6YQ', 'MZXW6YTB', 'MZXW6YTBOI']);
});

test('a seed is kept once its app has shown a right code, which then counts as used', async () => {
  const desk = await newDesk();
  const { lines, seed } = await enrol(desk, (of) => ['000', codeOf(of, stepAt(AT)).replace(/^.../, '$& ')]);
  expect(seed).toHaveLength(20);
  expect(await readSeeds(desk.seeds)).toEqual([{ ...ADA, seed, addedAt: AT }]);
  expect((await stat(desk.seeds)).mode & 0o777).toBe(0o600);
  expect(readTries(desk.journal.recall(triesKey(ADA.operator)))).toEqual({ used: stepAt(AT), wrong: 0 });
  expect(lines.at(-1)).toBe('approver: { name: vault, key: ng1.x.y }');
  await expect(enrol(desk, () => [])).rejects.toThrow('nightguard approver remove 11');
});

test('without a right code in three tries nothing is kept', async () => {
  const desk = await newDesk();
  await expect(enrol(desk, () => ['1', '2', '3', '4'])).rejects.toThrow('nothing was kept');
  await expect(enrol(desk, () => [])).rejects.toThrow('nothing was kept');
  expect(await readSeeds(desk.seeds)).toEqual([]);
});

test('people are listed, unlocked and removed', async () => {
  const desk = await newDesk();
  expect(await listPeople(desk, false)).toEqual([expect.stringContaining('Nobody yet')]);
  await enrol(desk, (seed) => [codeOf(seed, stepAt(AT))]);
  desk.journal.remember(triesKey(ADA.operator), writeTries({ used: 7, wrong: 5 }));
  expect((await listPeople(desk, false))[0]).toContain('locked: nightguard approver unlock 11');
  expect(await unlockPerson(desk, 11)).toEqual(['Ada (11) can try again.']);
  // What was used before stays used.
  expect(readTries(desk.journal.recall(triesKey(11)))).toEqual({ used: 7, wrong: 0 });
  expect(JSON.parse((await listPeople(desk, true))[0] ?? '')).toMatchObject({
    people: [{ operator: 11, wrong: 0, locked: false }],
  });
  await removePerson(desk, 11);
  expect(await readSeeds(desk.seeds)).toEqual([]);
  await expect(unlockPerson(desk, 11)).rejects.toThrow('There is no seed of 11');
});

test('the program does it all, and tells no seed but on the screen', { timeout: 60_000 }, async () => {
  const state = await temporaryFolder();
  await writeFile(join(state, 'nightguard.yaml'), 'node: { name: vault }\n', { mode: 0o600 });
  const env = { PATH: process.env['PATH'], NIGHTGUARD_STATE: state, REDIS_URL: 'redis://127.0.0.1:1', NO_COLOR: '1' };
  const child = spawn(process.execPath, [PROGRAM, 'approver', 'add', '11', 'Ada', 'L'], { env });
  let shown = '';
  child.stdout.on('data', (chunk: Buffer) => {
    shown += chunk;
    if (!child.stdin.writableEnded && shown.includes('six digits'))
      child.stdin.end(`${codeOf(seedOn(shown), stepAt(Date.now()))}\n`);
  });
  const [complaints, code] = await Promise.all([text(child.stderr), new Promise((done) => child.once('exit', done))]);
  expect({ complaints, code }).toEqual({ complaints: '', code: 0 });
  expect(shown).toContain('Ada L (11) can prove');
  expect(shown).toMatch(/^approver: \{ name: vault, key: ng1\.\S+ \}$/m);
  expect(await readFile(seedsFile(state), 'utf8')).toContain('"Ada L"');
});
