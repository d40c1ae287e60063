import { onTestFinished, test } from 'vitest';
import type { Ledger } from '#src/ledger/port.ts';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import { startRedis } from '../fixtures/redis.ts';
import { openLedger, REDIS } from './redis/opened.ts';

/** The same must hold with a ledger of either kind. */
export function testWithEither(act: (ledger: Ledger) => Promise<void>): void {
  test('with SQLite', async () => {
    const ledger = createSqliteLedger({ file: ':memory:' });
    onTestFinished(() => ledger.close());
    await act(ledger);
  });

  test.skipIf(REDIS.isMissing)(`with Redis ${REDIS.name}`, async () => {
    const server = await startRedis();
    await act(openLedger({ url: server.url }));
  });
}
