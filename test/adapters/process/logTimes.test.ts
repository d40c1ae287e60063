import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openLogTimes } from '#src/adapters/process/logTimes.ts';
import { temporaryFolder } from '../temporary.ts';

test('what was written since a moment begins at the last sample before it', async () => {
  const { times, at } = await index();
  await at(1000, () => times.note(0));
  await at(2000, () => times.note(100));
  await at(3000, () => times.note(250));
  expect([999, 1000, 1999, 2000, 2500, 3000, 9000].map((since) => times.since(since, 0).log)).toEqual([
    0, 0, 0, 100, 100, 250, 250,
  ]);
});

test('it outlives its agent', async () => {
  const { times, at, path } = await index();
  await at(1000, () => times.note(70));
  await at(2000, () => times.note(100));
  times.emptied();
  await at(3000, () => times.note(30));
  const again = await openLogTimes(path, () => 4000);
  expect(again.since(2500, 100)).toEqual({ log: 0, rotated: 100 });
  expect(again.since(1500, 100)).toEqual({ log: 0, rotated: 70 });
  expect(again.since(3500, 100)).toEqual({ log: 30, rotated: 130 });
});

test('a rotation keeps the times of what was moved, also when only its end was kept', async () => {
  const { times, at } = await index();
  await at(1000, () => times.note(400));
  await at(2000, () => times.note(1000));
  times.emptied();
  expect(times.since(1500, 1000)).toEqual({ log: 0, rotated: 400 });
  expect(times.since(1500, 700)).toEqual({ log: 0, rotated: 100 });
  expect(times.since(2500, 700)).toEqual({ log: 0, rotated: 700 });
});

test('a log that somebody else emptied holds only what is newer than all samples', async () => {
  const { times, at } = await index();
  await at(1000, () => times.note(500));
  await at(2000, () => times.note(20));
  expect(times.since(1000, 0).log).toBe(0);
  expect(times.since(2000, 0).log).toBe(20);
});

test('nothing is noted while nothing is written', async () => {
  const { times, at, path } = await index();
  for (const now of [1000, 2000, 3000]) await at(now, () => times.note(100));
  expect(await readFile(path, 'utf8')).toBe('0 100 1000\n');
});

test('it stays small, and exact for recent times', async () => {
  const { times, at, path } = await index();
  for (let i = 1; i <= 3500; i += 1) await at(i * 1000, () => times.note(i * 10));
  const samples = (await readFile(path, 'utf8')).trim().split('\n');
  expect(samples.length).toBeLessThanOrEqual(2000);
  expect(times.since(3_400_500, 0).log).toBe(34_000);
  expect(times.since(100_500, 0).log).toBeLessThanOrEqual(1000);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

async function index() {
  const path = join(await temporaryFolder(), 'web.log.times');
  let clock = 0;
  const times = await openLogTimes(path, () => clock);
  const at = (now: number, act: () => Promise<void>) => {
    clock = now;
    return act();
  };
  return { path, times, at };
}
