/** How much one sender may have: so many at once, and so many more each minute. */
export interface Budget {
  most: number;
  perMinute: number;
}

/** How many senders are remembered; the one that was heard longest ago is forgotten first. */
const MEMORY = 10_000;

/** Counts what each sender takes, in the memory of this process; answers whether there was something left. */
export function createRate({ most, perMinute }: Budget, now: () => number): (sender: number) => boolean {
  const left = new Map<number, { tokens: number; at: number }>();
  return (sender) => {
    const at = now();
    const before = left.get(sender) ?? { tokens: most, at };
    const earned = (Math.max(0, at - before.at) * perMinute) / 60_000;
    const tokens = Math.min(most, before.tokens + earned);
    // Put in anew, so that the order of the map is that of the last word.
    left.delete(sender);
    left.set(sender, { tokens: tokens >= 1 ? tokens - 1 : tokens, at });
    if (left.size > MEMORY) left.delete(left.keys().next().value ?? sender);
    return tokens >= 1;
  };
}
