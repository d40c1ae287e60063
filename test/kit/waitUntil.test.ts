import { expect, test } from 'vitest';
import { Problem } from '#src/kit/problem.ts';
import { waitUntil } from '#src/kit/waitUntil.ts';

const SOON = { withinMs: 5_000, everyMs: 1, what: 'waiting' };

test('the first answer that is not undefined is the result, also a false one', async () => {
  const answers = [undefined, undefined, false, true];
  expect(await waitUntil(() => answers.shift(), SOON)).toBe(false);
  expect(answers).toEqual([true]);
});

test('an answer may be a promise', async () => {
  expect(await waitUntil(async () => 'ready', SOON)).toBe('ready');
});

test('it is asked at least once, and then the time is over', async () => {
  const asked: string[] = [];
  const waiting = waitUntil(() => void asked.push('?'), { withinMs: 0, everyMs: 1, what: 'Starting web' });
  await expect(waiting).rejects.toEqual(new Problem('timeout', 'Starting web took longer than 0 s.'));
  expect(asked).toEqual(['?']);
});

test('an abort ends it, before it asks and while it waits', async () => {
  const stop = new AbortController();
  const waiting = waitUntil(() => stop.abort(new Error('stopped')), { ...SOON, everyMs: 60_000 }, stop.signal);
  await expect(waiting).rejects.toThrow('aborted');
  await expect(waitUntil(() => 1, SOON, stop.signal)).rejects.toThrow('stopped');
});

test('what the question throws comes through', async () => {
  await expect(
    waitUntil(() => {
      throw new Error('broken');
    }, SOON),
  ).rejects.toThrow('broken');
});
