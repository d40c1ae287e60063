import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Place } from '#src/adapters/backup/find.ts';
import { filesOf, pick } from '#src/adapters/backup/find.ts';
import type { SnapshotLine } from '#src/adapters/restic/lines.ts';
import type { Repository } from '#src/adapters/restic/repository.ts';
import { Problem } from '#src/kit/problem.ts';
import type { Snapshot } from '#src/operation/snapshot.ts';

const FIRST = `1${'0'.repeat(63)}`;
const SECOND = `2${'0'.repeat(63)}`;

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

test('who does not answer is named after a moment, and the others are enough', async () => {
  const stopped: string[] = [];
  const heard = find([place('nas', hangs(stopped)), place('disk', () => [lineOf(FIRST)])]);
  await vi.advanceTimersByTimeAsync(2500);
  const { found, silent } = await heard;
  expect(found.map(({ id, destination }) => [id, destination])).toEqual([[FIRST, 'disk']]);
  expect(silent).toEqual([{ destination: 'nas', reason: 'It did not answer in time.', code: 'backup-unreachable' }]);
  expect(stopped).toEqual(['stopped']);
});

test('it does not say that there is no backup while somebody was not heard', async () => {
  const heard = find([place('nas', hangs([])), place('disk', () => [])]);
  await vi.advanceTimersByTimeAsync(2500);
  const found = await heard;
  expect(() => pick(found, 'shop', undefined)).toThrow(
    expect.objectContaining({
      code: 'backup-unreachable',
      message: 'Found no backup of the files of shop, but not all could be asked: nas: It did not answer in time.',
    }),
  );
  expect(() => pick({ found: [], silent: [] }, 'shop', undefined)).toThrow(/There is no backup .* yet/);
});

test('where nobody has answered it waits on, and says who it was when there is no more time', async () => {
  const deadline = new AbortController();
  const heard = find([place('nas', hangs([])), place('disk', refuses)], deadline.signal).catch(
    (error: unknown) => error,
  );
  await vi.advanceTimersByTimeAsync(4000);
  deadline.abort(new DOMException('too long', 'TimeoutError'));
  expect(await heard).toMatchObject({
    code: 'backup-unreachable',
    message: 'nas: It did not answer in time. disk: disk is locked. Look whether it is up, then ask again.',
  });
});

test('a backup that is asked for by its id is taken where it is found, without a wait for others', async () => {
  const places = [place('nas', hangs([])), place('disk', () => [lineOf(FIRST), lineOf(SECOND)])];
  const heard = await filesOf(places, 'alpha', 'shop', new AbortController().signal, { id: FIRST.slice(0, 8) });
  expect(pick(heard, 'shop', FIRST.slice(0, 8)).destination).toBe('disk');
});

test('what the first says is told where none can be used', async () => {
  await expect(find([place('nas', refuses), place('disk', refuses)])).rejects.toMatchObject({
    message: 'nas is locked.',
  });
});

test('the newest is the last that is neither of before a restore nor dated later than now', () => {
  const all = [of('a'), of('b'), of('c', { emergency: true }), of('d', { isAhead: true })];
  expect(pick({ found: all, silent: [] }, 'shop', undefined).id).toBe('b');
  expect(pick({ found: all, silent: [] }, 'shop', 'd').id).toBe('d');
});

test('where all are dated later than now it is this clock that is wrong', () => {
  expect(
    pick({ found: [of('a', { isAhead: true }), of('b', { isAhead: true })], silent: [] }, 'shop', undefined).id,
  ).toBe('b');
});

const of = (id: string, more: Partial<Snapshot> = {}): Snapshot => ({
  ...{ id, set: 'shop', part: 'files', destination: 'disk', at: 0, emergency: false, ...more },
});

function find(places: Place[], signal = new AbortController().signal) {
  return filesOf(places, 'alpha', 'shop', signal);
}

type Answer = (signal: AbortSignal, destination: string) => SnapshotLine[] | Promise<SnapshotLine[]>;

function place(destination: string, answer: Answer): Place {
  const snapshots: Repository['snapshots'] = async (_, signal) => await answer(signal, destination);
  return {
    destination,
    path: undefined,
    leastPercent: 0,
    now: () => Date.now(),
    repository: { snapshots } as Repository,
  };
}

function hangs(stopped: string[]): Answer {
  return (signal) =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        stopped.push('stopped');
        reject(signal.reason);
      });
    });
}

function refuses(_: AbortSignal, destination: string): never {
  throw new Problem('backup-locked', `${destination} is locked.`);
}

function lineOf(id: string): SnapshotLine {
  return { id, time: '2026-11-20T02:00:00Z', paths: ['/srv/shop'], tags: ['set:shop', 'part:files'] };
}
