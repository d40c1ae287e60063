import { afterAll, expect } from 'vitest';
import { waitUntil } from '#src/kit/waitUntil.ts';

// What keeps a process alive and belongs to a test that did not clean up; the runner's own pipes and timers are not counted.
const OURS = ['TCPServerWrap', 'TCPSocketWrap', 'ProcessWrap', 'FSEventWrap', 'StatWatcher'];

const before = open();

/** After each file: every server, socket and child that its tests opened is closed. */
afterAll(async () => {
  const left = () =>
    open().filter((kind, index, all) => count(all, kind) > count(before, kind) && all.indexOf(kind) === index);
  const gone = () => (left().length === 0 ? true : undefined);
  await waitUntil(gone, { withinMs: 3_000, everyMs: 20, what: 'closing' }).catch(() => {});
  expect(left(), 'left open by the tests of this file').toEqual([]);
});

function open(): string[] {
  return process.getActiveResourcesInfo().filter((kind) => OURS.includes(kind));
}

function count(all: readonly string[], kind: string): number {
  return all.filter((each) => each === kind).length;
}
