import { describe, expect, test } from 'vitest';
import { neverBack } from '#src/wire/epoch.ts';
import { isRefusal } from '#src/wire/refuse.ts';
import { createRandom } from '../../random.ts';
import { forgeOrder, hub, idOf, openOrder, party } from '../forge.ts';
import { CLAIMS } from './claims.ts';
import { ENVELOPE } from './envelope.ts';
import type { Forger } from './sample.ts';
import { anyParts, anySealed, rotated } from './sample.ts';
import { SIGNED } from './signed.ts';

const VARIANTS = 200;
const SEED = 14;
const CLASSES = Object.entries({ ...SIGNED, ...CLAIMS, ...ENVELOPE });

/** As an agent opens orders that has heard of the hub before. */
const opener = neverBack(party(hub), openOrder, {
  recall: async () => JSON.stringify({ sender: idOf(hub), epoch: rotated.keys.epoch }),
  remember: async () => {},
});

/** How 200 tokens of one class fare; the seed makes the same ones again, but for keys and nonces. */
async function outcomes(seed: number, forger: Forger) {
  const random = createRandom(seed);
  const counts = { accepted: 0, refused: 0, failed: 0 };
  for (let n = 0; n < VARIANTS; n += 1) {
    const token = await forger(random);
    await opener(token).then(
      () => (counts.accepted += 1),
      (error: unknown) => (counts[isRefusal(error) ? 'refused' : 'failed'] += 1),
    );
  }
  return counts;
}

describe('forged orders', () => {
  test('all are refused, and with the same reason code: 200 of each class', { timeout: 180_000 }, async () => {
    const wrong: Record<string, object> = {};
    const total = { accepted: 0, refused: 0, failed: 0 };
    for (const [index, [name, forger]] of CLASSES.entries()) {
      const { accepted, refused, failed } = await outcomes(SEED + index, forger);
      if (refused !== VARIANTS) wrong[name] = { accepted, refused, failed };
      total.accepted += accepted;
      total.refused += refused;
      total.failed += failed;
    }
    process.stdout.write(`${CLASSES.length} classes of forged orders: ${JSON.stringify(total)}, seed ${SEED}\n`);
    expect(wrong).toEqual({});
    expect(total.refused).toBeGreaterThanOrEqual(10_000);
  });

  test('the same made right are accepted, so the forger is not refused for its own mistakes', async () => {
    const byHand: Forger = (random) => {
      const { header, claims } = anyParts(random);
      return forgeOrder(hub.keys, header, claims);
    };
    const right = { accepted: VARIANTS, refused: 0, failed: 0 };
    expect([await outcomes(1, byHand), await outcomes(2, (random) => anySealed(random))]).toEqual([right, right]);
  });
});
