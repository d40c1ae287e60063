import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { createUserKeeper } from '#src/hub/nodes/keepUsers.ts';
import { createRegistry } from '#src/hub/nodes/registry.ts';
import { createRoster } from '#src/hub/nodes/roster.ts';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import { makeKeys } from '#src/wire/keys.ts';
import { createRecordSeal } from '#src/wire/record.ts';

const log = pino({ level: 'silent' });
const ADA = { id: 1, name: 'Ada' };

/** A hub with beta and gamma let in, and the users of its Redis. */
async function setUp() {
  const ledger = createSqliteLedger({ file: ':memory:' });
  onTestFinished(() => ledger.close());
  const keys = await makeKeys();
  const clock = { now: 1_000_000 };
  const registry = createRegistry({ ledger, seal: createRecordSeal(keys), log });
  const roster = createRoster({ listed: {}, registry, log });
  const letIn = async (name: string) => {
    const enrolled = { key: (await makeKeys()).public, epoch: 1, by: ADA, at: clock.now };
    await registry.nodes.change(name, () => ({ name, labels: {}, state: 'active', enrolled }));
    roster.changed();
  };
  await letIn('beta');
  await letIn('gamma');
  clock.now += 60_000;
  const there = new Set(['beta', 'gamma']);
  const told: string[] = [];
  let isAway = false;
  const keep = createUserKeeper({
    ...{ hub: { name: 'hub', keys }, registry, roster, now: () => clock.now, log },
    admins: { tellDaily: async (_about, _state, words) => void told.push(words) },
    users: {
      make: async (node) => {
        if (isAway) throw new Error('away');
        there.add(node);
        isAway = there.size === 1;
        return { made: true };
      },
      remove: async () => ({ made: true }),
      all: async () => [...there],
      command: (node) => `ACL SETUSER node-${node}`,
      urlFor: () => '',
    },
  });
  return { keep, there, told, letIn, comeBack: () => (isAway = false) };
}

test('users that a Redis has lost all at once are made again, also when it goes away in between', async () => {
  const { keep, there, told, comeBack } = await setUp();
  there.clear();
  await expect(keep()).rejects.toThrow('away');
  comeBack();
  await keep();
  expect([...there]).toEqual(['beta', 'gamma']);
  expect(told).toEqual([]);
});

test('one that is missing alone is left, and the admins hear how to make it', async () => {
  const { keep, there, told } = await setUp();
  there.delete('beta');
  await keep();
  expect([...there]).toEqual(['gamma']);
  expect(told).toEqual([expect.stringMatching(/no user for beta any more.* ACL SETUSER node-beta$/)]);
});

test('one that is being let in just now is not missing', async () => {
  const { keep, told, letIn } = await setUp();
  await letIn('delta');
  await keep();
  expect(told).toEqual([]);
});
