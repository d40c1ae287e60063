import { EventEmitter, getEventListeners } from 'node:events';
import { afterEach, expect, test, vi } from 'vitest';
import { createBell } from '#src/ledger/sqlite/bell.ts';

const LONG_MS = 600_000;
const SHORT_MS = 5;

afterEach(() => {
  vi.useRealTimers();
});

test.for([
  { how: 'a ring', end: 'ring' as const },
  { how: 'time', end: 'time' as const },
  { how: 'abort', end: 'abort' as const },
  { how: 'the end of all waits', end: 'end' as const },
])('a wait that ended by $how leaves no listener and no timer', async ({ end }) => {
  vi.useFakeTimers();
  const emitter = new EventEmitter();
  const bell = createBell(emitter);
  const stop = new AbortController();
  const wait = bell.wait('orders alpha', LONG_MS, stop.signal);
  expect([emitter.eventNames().length, vi.getTimerCount()]).toEqual([2, 1]);
  const ends = {
    ring: () => bell.ring('orders alpha'),
    time: () => vi.advanceTimersByTime(LONG_MS),
    abort: () => stop.abort(),
    end: () => bell.end(),
  };
  ends[end]();
  await wait;
  expect([emitter.eventNames().length, vi.getTimerCount()]).toEqual([0, 0]);
  expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
});

test('a wait of more than setTimeout can take does not end at once', async () => {
  const bell = createBell();
  const { signal } = new AbortController();
  const forever = bell.wait('events', Number.POSITIVE_INFINITY, signal).then(() => 'forever');
  const short = bell.wait('other', SHORT_MS, signal).then(() => 'short');
  expect(await Promise.race([forever, short])).toBe('short');
  bell.end();
  await forever;
});

test('many may wait without a warning', async () => {
  const warnings: Error[] = [];
  const note = (warning: Error) => warnings.push(warning);
  process.on('warning', note);
  const bell = createBell();
  const { signal } = new AbortController();
  const waits = Array.from({ length: 50 }, () => bell.wait('events', LONG_MS, signal));
  await new Promise(setImmediate);
  bell.ring('events');
  await Promise.all(waits);
  process.off('warning', note);
  expect(warnings).toEqual([]);
});
