/** Lets what has the same key happen one after the other, in the order in which it came. */
export function createTurns() {
  const last = new Map<string, Promise<void>>();
  return async (key: string, act: () => Promise<void>): Promise<void> => {
    const before = last.get(key) ?? Promise.resolve();
    const mine = before.catch(() => {}).then(act);
    last.set(key, mine);
    try {
      await mine;
    } finally {
      if (last.get(key) === mine) last.delete(key);
    }
  };
}
