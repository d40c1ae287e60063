import { describe, expect, onTestFinished, test } from 'vitest';
import { launchFleet } from '../fixtures/fleet.ts';
import { whyWithout } from '../fixtures/redis.ts';
import { asked, yes } from './question.ts';

const without = whyWithout('redis-server');

describe.skipIf(without !== undefined)(
  `a ledger that was flushed${without ? ` (${without})` : ''}`,
  { timeout: 60_000 },
  () => {
    test('knows the nodes again as soon as somebody asks for one', async () => {
      const fleet = await launchFleet();
      onTestFinished(() => fleet.close());
      await Promise.all([fleet.hub(), fleet.agent('alpha')]);
      await fleet.redis.ask('FLUSHALL');
      const ada = fleet.chat();
      expect((await ada.ask('/restart alpha web')).text).toContain('never heard of');
      await fleet.until('the beacon', async () => (await fleet.ledger.beacons(['alpha'])).length > 0);
      const question = await asked(ada, '/restart alpha web');
      await ada.press(yes(question));
      await ada.until('web restarted and healthy');
    });
  },
);
