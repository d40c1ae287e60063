import { describe, expect, test } from 'vitest';
import { whyWithoutRestic } from '../fixtures/restic.ts';
import { wholeLife } from './restore/whole.ts';

const WHY_NOT = whyWithoutRestic();

const { signal } = new AbortController();

describe.skipIf(WHY_NOT !== undefined)(`a set from its first backup on${WHY_NOT ? ` (${WHY_NOT})` : ''}`, () => {
  // With 100,000 files and 2 GB: node test/fault/restore/main.ts --whole
  test('is to the last bit what it was after every restore that the chat ordered', { timeout: 300_000 }, async () => {
    const { wrong, files } = await wholeLife(
      { seed: 7, files: 2_000, bytes: 20_000_000, signal, laid: true },
      () => {},
    );
    expect(wrong).toEqual([]);
    expect(files).toBeGreaterThan(2_000);
  });
});
