import { expect, test } from 'vitest';
import { createShared } from '#src/hub/web/shared.ts';

/** An act that goes on until it is let go, and counts how often it was begun for each key. */
function held() {
  const begun: string[] = [];
  const gates: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const run = createShared((key) => {
    begun.push(key);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    gates.push({ resolve, reject });
    return promise;
  });
  return { run, begun, gates };
}

test('who comes while an act runs shares the one run after it', async () => {
  const { run, begun, gates } = held();
  const first = run('a');
  const [second, third] = [run('a'), run('a')];
  expect(begun).toEqual(['a']);
  gates[0]?.resolve();
  await first;
  expect(begun).toEqual(['a', 'a']);
  gates[1]?.resolve();
  await Promise.all([second, third]);
  expect(begun).toEqual(['a', 'a']);
  void run('a');
  expect(begun).toHaveLength(3);
});

test('another key does not wait', () => {
  const { run, begun } = held();
  void run('a');
  void run('b');
  expect(begun).toEqual(['a', 'b']);
});

test('a run that fails is the failure of those who asked for it, and the next one begins all the same', async () => {
  const { run, begun, gates } = held();
  const first = run('a');
  const second = run('a');
  gates[0]?.reject(new Error('no'));
  await expect(first).rejects.toThrow('no');
  gates[1]?.resolve();
  await second;
  expect(begun).toHaveLength(2);
});
