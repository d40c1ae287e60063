import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createProgress } from '#src/agent/progress.ts';
import type { StepState } from '#src/operation/steps.ts';
import type { Saying } from '#src/wire/event.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const step = (state: StepState['state']): StepState[] => [{ title: 'Restart it', state }];

function started(everyMs?: number) {
  const said: Saying[] = [];
  return { said, progress: createProgress('j1', (saying) => void said.push(saying), everyMs) };
}

test('the first word comes after half a second, and is the latest', () => {
  const { said, progress } = started();
  progress.update(step('running'), undefined);
  vi.advanceTimersByTime(300);
  progress.update(step('running'), 'pid 1');
  vi.advanceTimersByTime(199);
  expect(said).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(said).toEqual([{ kind: 'progress', job: 'j1', steps: step('running'), note: 'pid 1' }]);
});

test('without a note none is said', () => {
  const { said, progress } = started();
  progress.update(step('running'), undefined);
  vi.runAllTimers();
  expect(said).toEqual([{ kind: 'progress', job: 'j1', steps: step('running') }]);
});

test('many changes are one saying per period', () => {
  const { said, progress } = started(1000);
  for (let ms = 0; ms < 3_000; ms += 10) {
    progress.update(step('running'), `${ms}`);
    vi.advanceTimersByTime(10);
  }
  expect(said.map((saying) => 'note' in saying && saying.note)).toEqual(['990', '1990', '2990']);
});

test('when nothing changes nothing is said again', () => {
  const { said, progress } = started();
  progress.update(step('running'), undefined);
  vi.advanceTimersByTime(60_000);
  expect(said).toHaveLength(1);
});

test('work that ends at once says nothing but its verdict', () => {
  const { said, progress } = started();
  progress.update(step('running'), undefined);
  progress.update(step('done'), undefined);
  progress.stop();
  vi.advanceTimersByTime(60_000);
  expect(said).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});

test('after the end nothing is said any more, also when a late step reports', () => {
  const { said, progress } = started();
  progress.stop();
  progress.update(step('running'), 'late');
  vi.advanceTimersByTime(60_000);
  expect(said).toEqual([]);
});
