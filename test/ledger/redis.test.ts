import { afterAll, beforeAll, describe } from 'vitest';
import { createRedisLedger } from '#src/ledger/redis/ledger.ts';
import { makeKeys } from '#src/wire/keys.ts';
import { createRecordSeal } from '#src/wire/record.ts';
import type { Server, ServerProgram } from '../fixtures/redis.ts';
import { launchRedis, whyWithout } from '../fixtures/redis.ts';
import { testLedger } from './contract.ts';

const seal = createRecordSeal(await makeKeys());
const programs: ServerProgram[] = ['redis-server', 'valkey-server'];

for (const program of programs) {
  const why = whyWithout(program);
  describe.skipIf(why !== undefined)(`a private ${program}${why ? ` (${why})` : ''}`, () => {
    let server: Server | undefined;
    let made = 0;

    beforeAll(async () => {
      server = await launchRedis({ program });
    });
    afterAll(() => server?.stop());

    testLedger('Redis', async () => {
      made += 1;
      const address = { url: server?.url ?? '', prefix: `test ${made}:`, seal };
      return { ledger: createRedisLedger(address), other: createRedisLedger(address) };
    });
  });
}
