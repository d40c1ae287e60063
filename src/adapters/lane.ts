import { orAborted } from './orAborted.ts';

/** A lane does one task after the other, in the order they came. */
export interface Lane {
  /** Runs `task` when its turn comes; an abort takes it out of the queue, but does not end it once it runs. */
  run<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T>;
  busy(): boolean;
}

/** Makes an empty lane. */
export function createLane(): Lane {
  let last: Promise<void> = Promise.resolve();
  let waiting = 0;
  return {
    busy: () => waiting > 0,
    async run(task, signal) {
      const before = last;
      const done = Promise.withResolvers<void>();
      last = done.promise;
      waiting += 1;
      try {
        await orAborted(before, signal);
        return await task();
      } finally {
        waiting -= 1;
        void before.then(done.resolve);
      }
    },
  };
}
