import { expect, test } from 'vitest';
import { createTurnedAway } from '#src/hub/updates/turnedAway.ts';
import type { AuditEntry } from '#src/ledger/records.ts';

function setUp() {
  const written: AuditEntry[][] = [];
  const state = { isAway: false };
  const turned = createTurnedAway({
    ledger: {
      audit: async (entries) => {
        if (state.isAway) throw new Error('away');
        written.push(entries);
      },
    },
    now: () => 5,
  });
  return { turned, written, state };
}

test('strangers are one line however many they are, and operators have one for each reason', async () => {
  const { turned, written } = setUp();
  for (let i = 0; i < 5_000; i += 1) turned.count(1_000 + (i % 3), false, `add ${i}`);
  for (let i = 0; i < 40; i += 1) turned.count(7, true, 'edited');
  await turned.write();
  await turned.write();
  expect(written).toEqual([
    [
      { at: 5, operator: { id: 7, name: '7' }, decision: 'turned away', because: '40 updates: edited' },
      { at: 5, decision: 'turned away', because: '5000 updates of 3 strangers' },
    ],
  ]);
});

test('reasons without end are bounded', async () => {
  const { turned, written } = setUp();
  for (let i = 0; i < 3_000; i += 1) turned.count(i, true, `chat ${i} is not on the list`);
  await turned.write();
  expect(written[0]).toHaveLength(21);
  expect(written[0]?.at(-1)?.because).toBe('2980 updates of 1000 strangers or more');
});

test('what the ledger did not take is counted on', async () => {
  const { turned, written, state } = setUp();
  turned.count(1, false, 'x');
  state.isAway = true;
  await expect(turned.write()).rejects.toThrow('away');
  state.isAway = false;
  await turned.write();
  expect(written.flat().map(({ because }) => because)).toEqual(['1 update of 1 stranger']);
});
