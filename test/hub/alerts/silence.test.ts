import { expect, onTestFinished, test } from 'vitest';
import { createSilence } from '#src/hub/alerts/silence.ts';
import { HubConfig } from '#src/hub/config.ts';
import type { Node } from '#src/hub/nodes/fleet.ts';
import { AWAY_MS } from '#src/hub/nodes/fleet.ts';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import { T0 } from '../../ledger/samples.ts';
import { sampleNode, unheardNode } from '../samples.ts';

const MINUTE = 60_000;
const KEY = { key: sampleNode().key };

/** A hub that looks at alpha (and a laptop) at the times that a test says. */
function setUp(nodes: object = { alpha: KEY, laptop: { ...KEY, mayBeAway: true } }) {
  const ledger = createSqliteLedger({ file: ':memory:' });
  onTestFinished(() => ledger.close());
  const config = HubConfig.parse({ operators: [{ id: 1, name: 'Ada', role: 'admin' }], nodes });
  let now = T0;
  let seen: Node[] = [];
  const fleet = { nodes: async () => seen };
  const make = () => createSilence({ config, ledger, fleet, now: () => now });
  let look = make();
  const at = (heardAt: number, name = 'alpha') =>
    sampleNode({ name, heardAt, awayMs: now - heardAt > AWAY_MS ? now - heardAt : undefined });
  return {
    ledger,
    async lookAfter(minutes: number, ...beacons: (number | Node)[]) {
      now = T0 + minutes * MINUTE;
      seen = beacons.map((beacon) => (typeof beacon === 'number' ? at(T0 + beacon * MINUTE) : beacon));
      await look();
      return (await ledger.alerts({ limit: 9 })).map(({ node, state }) => `${node} ${state}`);
    },
    away: (name: string, heard: number, minutes: number) =>
      sampleNode({ name, heardAt: T0 + heard * MINUTE, awayMs: (minutes - heard) * MINUTE }),
    restart: () => {
      look = make();
    },
  };
}

test('a node is silent from the second look on that found it away', async () => {
  const { lookAfter, ledger } = setUp();
  expect(await lookAfter(5, 0)).toEqual([]);
  expect(await lookAfter(12, 0)).toEqual([]);
  expect(await lookAfter(13, 0)).toEqual(['alpha open']);
  expect(await ledger.alerts({ limit: 1 })).toMatchObject([
    {
      openedAt: T0,
      reply: {
        tone: 'bad',
        title: 'no word from it',
        facts: [{ value: '13 min ago' }, { value: expect.stringContaining('nightguard doctor') }],
      },
    },
  ]);
});

test('it is told once, by however many hubs and lives of a hub', async () => {
  const { lookAfter, restart, ledger } = setUp();
  for (const minute of [12, 13, 14, 15]) {
    await lookAfter(minute, 0);
    restart();
  }
  expect(await ledger.alerts({ limit: 9 })).toHaveLength(1);
  expect(await ledger.untold(T0 + 20 * MINUTE)).toHaveLength(1);
});

test('it ends when the node speaks again, with the time of its beacon', async () => {
  const { lookAfter, ledger } = setUp();
  await lookAfter(12, 0);
  await lookAfter(13, 0);
  expect(await lookAfter(20, 19)).toEqual(['alpha resolved']);
  expect(await ledger.alerts({ limit: 1 })).toMatchObject([
    { resolvedAt: T0 + 19 * MINUTE, resolution: 'it speaks again' },
  ]);
});

test('its next silence is another alert', async () => {
  const { lookAfter } = setUp();
  for (const minute of [12, 13]) await lookAfter(minute, 0);
  await lookAfter(20, 19);
  for (const minute of [31, 32]) await lookAfter(minute, 19);
  expect(await lookAfter(33, 19)).toEqual(['alpha open', 'alpha resolved']);
});

test('a ledger that was away makes no node silent: they speak before the second look', async () => {
  const { lookAfter } = setUp();
  expect(await lookAfter(30, 0)).toEqual([]);
  expect(await lookAfter(31, 30.5)).toEqual([]);
  expect(await lookAfter(32, 30.5)).toEqual([]);
});

test('a laptop may be away, and a node that was never heard is not missed', async () => {
  const { lookAfter, away } = setUp();
  for (const minute of [12, 13, 14])
    expect(await lookAfter(minute, away('laptop', 0, minute), unheardNode('alpha'))).toEqual([]);
});
