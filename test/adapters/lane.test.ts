import { expect, test } from 'vitest';
import { createLane } from '#src/adapters/lane.ts';
import { patience } from './temporary.ts';

test('tasks run one after the other, in the order they came, also after one that failed', async () => {
  const lane = createLane();
  const said: string[] = [];
  const task = (name: string) => async () => {
    said.push(`${name} begins`);
    await new Promise(setImmediate);
    said.push(`${name} ends`);
    if (name === 'a') throw new Error('a failed');
  };
  const all = ['a', 'b', 'c'].map((name) => lane.run(task(name), patience()));
  expect(lane.busy()).toBe(true);
  expect((await Promise.allSettled(all)).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  expect(said).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  expect(lane.busy()).toBe(false);
});

test('an abort takes a task out of the queue at once, and the others keep their order', async () => {
  const lane = createLane();
  const said: string[] = [];
  const first = Promise.withResolvers<void>();
  const cancel = new AbortController();
  const one = lane.run(() => first.promise, patience());
  const two = lane.run(async () => void said.push('two'), cancel.signal);
  const three = lane.run(async () => void said.push('three'), patience());
  cancel.abort();
  await expect(two).rejects.toThrow('aborted');
  expect(said).toEqual([]);
  first.resolve();
  await Promise.all([one, three]);
  expect(said).toEqual(['three']);
});

test('a task that has begun is not ended by an abort', async () => {
  const lane = createLane();
  const cancel = new AbortController();
  const task = Promise.withResolvers<string>();
  const running = lane.run(() => task.promise, cancel.signal);
  await new Promise(setImmediate);
  cancel.abort();
  task.resolve('done');
  expect(await running).toBe('done');
});
