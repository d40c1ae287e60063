import { expect, test } from 'vitest';
import { backupLines } from '#src/hub/nodes/backups.ts';

const NOW = 1_800_000_000_000;
const HOUR_MS = 3_600_000;
const ago = (hours: number) => NOW - hours * HOUR_MS;

test('a fleet without sets has nothing to say', () => {
  expect(backupLines([{ name: 'alpha' }, { name: 'beta', backups: [] }], NOW)).toEqual([]);
});

test('the oldest backup and the oldest drill are named, and what is in trouble', () => {
  const nodes = [
    {
      name: 'alpha',
      backups: [
        { set: 'docs', savedAt: ago(2), provenAt: ago(12 * 24) },
        { set: 'db', savedAt: ago(5) },
      ],
    },
    { name: 'beta', backups: [{ set: 'www', trouble: true as const }] },
  ];
  expect(backupLines(nodes, NOW)).toEqual([
    '💾 Backups: 2 of 3 sets backed up; the oldest 5 h ago (alpha db); the oldest drill 12 d ago (alpha docs)',
    '⚠️ late or failing: beta www',
  ]);
});
