import { randomInt } from 'node:crypto';

const LONGEST_RETRY_AFTER = 3600;

/**
 * How long in milliseconds Telegram waits after the nth failure of an update: at once after the first, then 2, 4, 8 ... s
 * up to one to two minutes; what the webhook asks for by Retry-After goes first, up to an hour.
 */
export function retryDelay(failures: number, retryAfter: number, firstDelay: number): number {
  if (retryAfter > 0) return Math.min(retryAfter, LONGEST_RETRY_AFTER) * 1000;
  if (failures <= 1) return 0;
  return Math.min(firstDelay * 2 ** Math.min(failures - 2, 20), randomInt(60_000, 120_001));
}
