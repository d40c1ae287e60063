import { describe, expect, test } from 'vitest';
import { isApart, releasedBy, yesesMissing } from '#src/hub/questions/release.ts';

const [ADA, BEN, CLEO, DAN] = [1, 2, 3, 4] as const;
const owned = (node: string, by: '*' | number[], more: object = {}) => ({
  ...{ node, approvers: 1, selfApproval: false, by },
  ...more,
});
const THREE = [owned('alpha', [BEN]), owned('beta', [CLEO]), owned('gamma', [DAN])];

describe('nodes that each take the yes of another person', () => {
  test('are released one by one, and it takes as many people as nodes', () => {
    const set = { each: THREE, least: 3, asker: ADA };
    expect(isApart(set)).toBe(true);
    expect(releasedBy(set, [ADA, CLEO])).toEqual(['beta']);
    expect(yesesMissing(set, [ADA], [BEN, CLEO, DAN])).toBe(3);
    expect(yesesMissing(set, [ADA, CLEO], [BEN, CLEO, DAN])).toBe(2);
    expect(yesesMissing({ ...set, least: 2 }, [ADA, CLEO], [BEN, CLEO, DAN])).toBe(1);
    expect(yesesMissing(set, [ADA, BEN, CLEO, DAN], [])).toBe(0);
    expect(yesesMissing(set, [ADA], [BEN, CLEO]), 'nobody could release gamma').toBeUndefined();
  });

  test('one of which is of the person who asks is released by their own yes, where its policy says so', () => {
    const set = { each: [owned('alpha', [ADA], { selfApproval: true }), owned('beta', [ADA])], least: 1, asker: ADA };
    expect(releasedBy(set, [ADA])).toEqual(['alpha']);
  });
});

test('nodes that take the yes of anybody are released together, one that wants two people later', () => {
  const set = { each: [owned('alpha', '*'), owned('beta', '*', { approvers: 2 })], least: 2, asker: ADA };
  expect(isApart(set)).toBe(false);
  expect(releasedBy(set, [ADA, BEN])).toEqual(['alpha']);
  expect(yesesMissing(set, [ADA, BEN], [BEN, CLEO])).toBe(1);
  expect(releasedBy(set, [ADA, BEN, CLEO])).toEqual(['alpha', 'beta']);
});

test('the fewest people are asked for: one whose yes releases more comes first', () => {
  const each = [owned('alpha', [BEN, CLEO]), owned('beta', [CLEO]), owned('gamma', [CLEO, DAN])];
  expect(yesesMissing({ each, least: 3, asker: ADA }, [ADA], [BEN, CLEO, DAN])).toBe(1);
});
