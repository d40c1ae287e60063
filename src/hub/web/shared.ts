/** Runs an act once at a time for each key: who comes while it runs shares the one run after it, since the first may have looked too early. */
export function createShared(act: (key: string) => Promise<void>): (key: string) => Promise<void> {
  const runs = new Map<string, { running: Promise<void>; next?: Promise<void> }>();
  const begin = (key: string): Promise<void> => {
    const run: { running: Promise<void>; next?: Promise<void> } = { running: act(key) };
    runs.set(key, run);
    const over = () => {
      if (!run.next) runs.delete(key);
    };
    run.running.then(over, over);
    return run.running;
  };
  return (key) => {
    const run = runs.get(key);
    if (!run) return begin(key);
    run.next ??= run.running.then(
      () => begin(key),
      () => begin(key),
    );
    return run.next;
  };
}
