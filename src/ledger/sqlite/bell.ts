import { EventEmitter } from 'node:events';

// setTimeout takes no more than this.
const LONGEST_MS = 2 ** 31 - 1;

/** Wakes those who wait in this process; it says that there may be something, never what. */
export interface Bell {
  ring(topic: string): void;
  /** Resolves with the next ring of this topic, after `withinMs`, on abort, or when all waits end; it leaves nothing behind. */
  wait(topic: string, withinMs: number, signal: AbortSignal): Promise<void>;
  /** Ends all waits. */
  end(): void;
}

/** A bell of its own for one open ledger. */
export function createBell(emitter = new EventEmitter()): Bell {
  emitter.setMaxListeners(0);
  return {
    ring: (topic) => {
      emitter.emit(`ring ${topic}`);
    },
    wait: (topic, withinMs, signal) =>
      new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer);
          emitter.off(`ring ${topic}`, done).off('end', done);
          signal.removeEventListener('abort', done);
          resolve();
        };
        const timer = setTimeout(done, Math.min(withinMs, LONGEST_MS));
        emitter.on(`ring ${topic}`, done).on('end', done);
        signal.addEventListener('abort', done);
        if (signal.aborted) done();
      }),
    end: () => {
      emitter.emit('end');
    },
  };
}
