/** So long a repository may not be reached when it is opened, in ms. Later restic may try for as long as it likes: it has begun then. */
const OPENING_MS = 15_000;
/** `Stat(<config/>) returned error, retrying after 5.2s: …`, as restic 0.17 and newer say for a quarter of an hour. */
const RETRY = /^\w+\(<?(?:config|key)\b.*returned error, retrying after (?:(\d+)m)?([\d.]+)(ms|s)/;

/** Sees in what restic says that it does not get to a repository. */
export interface Retries {
  /** Gets stderr line by line. */
  heard(line: string): void;
  /** Whether it was given up. */
  isOver(): boolean;
}

/** Calls `stop` as soon as restic says that it will still be trying to open the repository after 15 s. `now` in ms. */
export function createRetries(stop: () => void, now: () => number = () => performance.now()): Retries {
  let first: number | undefined;
  let isOver = false;
  return {
    heard(line) {
      const [, minutes = '0', amount = '0', unit] = RETRY.exec(line) ?? [];
      if (unit === undefined || isOver) return;
      const waitMs = Number(minutes) * 60_000 + Number(amount) * (unit === 's' ? 1000 : 1);
      first ??= now();
      if (now() + waitMs - first < OPENING_MS) return;
      isOver = true;
      stop();
    },
    isOver: () => isOver,
  };
}
