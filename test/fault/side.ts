/** Runs all of them, `side` at a time; one that calls `onSlow` lets another begin beside it, up to `most` in all. None begins after the signal. */
export async function sideBySide<T>(
  all: readonly T[],
  { side, most, signal }: { side: number; most: number; signal: AbortSignal },
  run: (one: T, onSlow: () => void) => Promise<void>,
): Promise<void> {
  const queue = [...all];
  const running = new Set<Promise<void>>();
  let [busy, finished] = [0, Promise.withResolvers<void>()];
  const changed = (): void => {
    finished.resolve();
    finished = Promise.withResolvers<void>();
  };
  const begin = (one: T): void => {
    let isBusy = true;
    busy += 1;
    const rest = (): void => {
      busy -= isBusy ? 1 : 0;
      isBusy = false;
      changed();
    };
    const ended = run(one, rest).finally(() => {
      running.delete(ended);
      rest();
    });
    running.add(ended);
  };
  while ((queue.length > 0 && !signal.aborted) || running.size > 0) {
    while (busy < side && running.size < most && !signal.aborted) {
      const next = queue.shift();
      if (next === undefined) break;
      begin(next);
    }
    await finished.promise;
  }
}
