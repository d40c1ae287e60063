import { expect, test } from 'vitest';
import { createRandom } from '../../random.ts';
import { orphanTrial } from './trial.ts';

const linux = process.platform === 'linux';

test.skipIf(!linux)(
  'what a killed agent left at work is ended before anybody says what became of it',
  async () => {
    const random = createRandom(1);
    const all = await Promise.all(Array.from({ length: 5 }, () => orphanTrial(random)));
    expect(all.filter(({ wrong }) => wrong.length > 0)).toEqual([]);
  },
  60_000,
);
