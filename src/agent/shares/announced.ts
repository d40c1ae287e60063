import type { Logger } from 'pino';
import type { Beacon } from '#src/wire/beacon.ts';
import type { ShareStore } from './store.ts';

/** What a node announces of the shares that it keeps; a file that does not hold is told in the log, and announces none. */
export async function announcedShares({
  shares,
  log,
}: {
  shares?: Pick<ShareStore, 'list'> | undefined;
  log: Logger;
}): Promise<NonNullable<Beacon['shares']>> {
  try {
    const kept = (await shares?.list()) ?? [];
    return kept.map(({ addedAt: _, by: __, ...told }) => told);
  } catch (err) {
    log.error({ err }, 'shares do not hold');
    return [];
  }
}
