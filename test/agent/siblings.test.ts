import { expect, onTestFinished, test } from 'vitest';
import { watchSiblings } from '#src/agent/siblings.ts';
import { Problem } from '#src/kit/problem.ts';
import { waitUntil } from '#src/kit/waitUntil.ts';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import { makeKeys } from '#src/wire/keys.ts';
import { seal } from '#src/wire/seal.ts';

const MINUTE = 60_000;
const T0 = 1_800_000_000_000;

/** An agent that looks at beta's beacons every few ms, over a real ledger. */
async function setUp(agesMin: Record<string, number>) {
  const ledger = createSqliteLedger({ file: ':memory:' });
  const stop = new AbortController();
  const keys = await makeKeys();
  const hub = { name: 'hub', key: (await makeKeys()).public };
  const announce = async (name: string, ageMin: number) => {
    const at = T0 - ageMin * MINUTE;
    await ledger.setBeacon(name, await seal({ name, keys }, hub)('beacon', { jti: 'b', body: {}, at }));
  };
  for (const [name, ageMin] of Object.entries(agesMin)) await announce(name, ageMin);
  let looks = 0;
  let fails = 0;
  let wakes = 0;
  const watching = watchSiblings(
    {
      siblings: ['beta', 'gamma'],
      ledger: {
        beacons: async (nodes) => {
          looks += 1;
          if (fails > 0) {
            fails -= 1;
            throw new Problem('ledger', 'The ledger is away.');
          }
          return await ledger.beacons(nodes);
        },
      },
      doorbell: {
        wake: () => {
          wakes += 1;
        },
      },
      away: { failed: () => {}, worked: () => {} },
      now: () => T0,
      lookMs: 1,
      secondLookMs: 1,
    },
    stop.signal,
  );
  onTestFinished(async () => {
    stop.abort();
    await watching;
    await ledger.close();
  });
  return {
    announce,
    wakes: () => wakes,
    failNext: (times: number) => {
      fails = times;
    },
    looks: async (more: number) => {
      const wanted = looks + more;
      await waitUntil(() => looks >= wanted || undefined, { withinMs: 5_000, everyMs: 2, what: 'the looks' });
    },
  };
}

test('a sibling that fell silent wakes the hub for its two looks, and then no more', async () => {
  const { looks, wakes } = await setUp({ beta: 12, gamma: 2 });
  await looks(10);
  expect(wakes()).toBe(2);
});

test('each silence wakes it anew', async () => {
  const { looks, wakes, announce } = await setUp({ beta: 12 });
  await looks(5);
  await announce('beta', 11.5);
  await looks(5);
  expect(wakes()).toBe(4);
});

test('nobody is woken for siblings that speak, or were never heard', async () => {
  const { looks, wakes } = await setUp({ beta: 10 });
  await looks(10);
  expect(wakes()).toBe(0);
});

test('a ledger that is away wakes nobody, and is looked at again', async () => {
  const { looks, wakes, failNext } = await setUp({});
  failNext(3);
  await looks(8);
  expect(wakes()).toBe(0);
});
