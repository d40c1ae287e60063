import { describe, expect, test } from 'vitest';
import { whyWithoutRestic } from '../fixtures/restic.ts';
import { createRandom } from '../random.ts';
import { makeGround } from './restore/ground.ts';
import type { Seen } from './restore/trials.ts';
import { stagedTrial } from './restore/trials.ts';

const WHY_NOT = whyWithoutRestic();
const KILLS = 5;
const MOST_TRIALS = 12;

describe.skipIf(WHY_NOT !== undefined)(`a restore that is killed with -9${WHY_NOT ? ` (${WHY_NOT})` : ''}`, () => {
  // Hundreds of kills, and restic's own restore beside it: node test/fault/restore/main.ts
  test('leaves the old tree or the new one, and ends with the new one to the last bit', {
    timeout: 240_000,
  }, async () => {
    const ground = await makeGround(3, { files: 60, bytes: 500_000 });
    try {
      const random = createRandom(5);
      const seen: Seen[] = [];
      while (seen.flatMap(({ afterKills }) => afterKills).length < KILLS && seen.length < MOST_TRIALS)
        seen.push(await stagedTrial(ground, random, 1000));
      expect(seen.flatMap(({ afterKills }) => afterKills)).not.toContain('mixed');
      expect(seen.map(({ exactAtEnd, leftOver }) => ({ exactAtEnd, leftOver }))).toEqual(
        seen.map(() => ({ exactAtEnd: true, leftOver: [] })),
      );
      expect(seen.flatMap(({ afterKills }) => afterKills).length).toBeGreaterThan(0);
    } finally {
      await ground.close();
    }
  });
});
