import { describe, expect, test } from 'vitest';
import { whyWithout } from '../fixtures/redis.ts';
import { wrongs } from './fleet/check.ts';
import type { Fault } from './fleet/faults.ts';
import { runFleetTrial } from './fleet/trial.ts';

const without = whyWithout('redis-server');

/** One of each kind; `npm run fault -- --over redis` has them all. */
const TRIALS: { name: string; faults: Fault[]; twice?: boolean; deaths?: number }[] = [
  { name: 'nothing goes wrong, but every update comes twice', faults: [], twice: true },
  {
    name: 'the hub is killed when the yes is in the ledger, and the agent when it has begun',
    faults: [
      { kind: 'kill', who: 'hub', point: 'ledger.press:after', occurrence: 1 },
      { kind: 'kill', who: 'agent', point: 'workloads.restart:after', occurrence: 1 },
    ],
    deaths: 2,
  },
  {
    name: 'Redis is killed while the node works',
    faults: [{ kind: 'redis', what: 'killed', at: 'running', afterMs: 50, downMs: 500 }],
  },
  {
    name: 'Redis is flushed while the question waits',
    faults: [{ kind: 'redis', what: 'flushed', at: 'shown', afterMs: 50, downMs: 0 }],
  },
  {
    name: 'Telegram takes no message at first',
    faults: [{ kind: 'telegram', what: 429, method: 'sendMessage', times: 1, applied: false }],
  },
];

describe.skipIf(without !== undefined)(
  `a restart that is asked for and confirmed${without ? ` (${without})` : ''} runs at most once and is told once, although`,
  { timeout: 120_000 },
  () => {
    test.each(TRIALS)('$name', async ({ faults, twice = false, deaths = 0 }) => {
      const { outcome } = await runFleetTrial({ faults, twice });
      expect(wrongs(outcome)).toEqual([]);
      expect(outcome.deaths).toBe(deaths);
    });
  },
);
