import { expect, test } from 'vitest';
import vaultShare from '#handlers/vault_share.ts';
import { boundInput } from '#src/operation/args.ts';
import type { ShareTold } from '#src/operation/vaultShare.ts';
import { readShareFacts, ShareOutcome, shareFacts } from '#src/operation/vaultShare.ts';

const seal = { sealed: true, progress: 1, threshold: 3, shares: 5, attempt: '1f0c2a9b' };

test.each<ShareTold>([
  { outcome: 'counted', seal },
  { outcome: 'opened', seal: { ...seal, sealed: false, progress: 0, attempt: 'none' } },
  { outcome: 'counted', seal: { ...seal, threshold: 1 } },
  ...ShareOutcome.options.map((outcome) => ({ outcome })),
])('what is told as lines is read from them: $outcome', (told) => {
  expect(readShareFacts(shareFacts(told))).toEqual(told);
});

test('lines of something else are not read', () => {
  expect(readShareFacts([])).toBeUndefined();
  expect(readShareFacts([{ label: 'Share', value: 'of the disk' }])).toBeUndefined();
  const lines = shareFacts({ outcome: 'counted', seal });
  const odd = lines.map((fact) => (fact.label === 'Given' ? { ...fact, value: 'two' } : fact));
  expect(readShareFacts(odd)).toEqual({ outcome: 'counted' });
});

test('a yes holds for any attempt, and for no other server or reset', () => {
  const input = { vault: 'main', server: 'a:8200', attempt: '1f0c2a9b', reset: true };
  expect(boundInput(vaultShare.params, input)).toEqual({ vault: 'main', server: 'a:8200', reset: true });
});

test.each([
  { vault: '../main' },
  { vault: 'main', server: 'a/b' },
  { vault: 'main', attempt: 'x' },
  { vault: 'main', key: '00' },
])('%o is refused', (input) => {
  expect(() => vaultShare.parse(input as Record<string, string>)).toThrow();
});
