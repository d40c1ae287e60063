import type { Random } from '../../random.ts';
import { createRandom } from '../../random.ts';
import type { RunOptions } from '../options.ts';
import type { Table } from '../table.ts';
import type { Field } from './field.ts';
import { openField } from './field.ts';
import type { Trial } from './plan.ts';
import { planFleetTrials } from './plan.ts';
import { countPoints, resultOf } from './run.ts';
import { runFleetTrial } from './trial.ts';

/** So many intents follow one another in a field, unless something is wrong in it. */
const INTENTS_PER_FIELD = 150;

/** One intent after the other for so many ms, in fields side by side, each with none to three faults at random. */
export async function soak(
  ms: number,
  { seed, side, signal }: Omit<RunOptions, 'trials' | 'wants'>,
  table: Table,
): Promise<void> {
  const counts = await countPoints();
  const ends = performance.now() + ms;
  const isOver = () => performance.now() > ends || signal.aborted;
  const one = async (random: Random): Promise<void> => {
    const trials = planFleetTrials(counts, 8, () => random.below(2 ** 30) / 2 ** 30);
    while (!isOver()) await soakField(trials, random, isOver, table);
  };
  await Promise.all(Array.from({ length: side }, (_, index) => one(createRandom(seed * 1_000 + index))));
}

/** One field from its opening to its end. */
async function soakField(trials: readonly Trial[], random: Random, isOver: () => boolean, table: Table): Promise<void> {
  const field: Field = await openField();
  const row = 'soak';
  try {
    for (let isGood = true; isGood && !isOver() && field.past.length < INTENTS_PER_FIELD; ) {
      const faults = Array.from({ length: random.below(3) }, () => random.pick(trials).faults)
        .flat()
        .slice(0, 3);
      const trial: Trial = { row, faults, twice: random.chance(25) };
      const result = await runFleetTrial(trial, { field }).then(
        ({ outcome }) => resultOf(trial, outcome),
        (error: unknown) => ({ ...NOTHING, row, wrong: [`${String(error)} ${JSON.stringify(trial)}`] }),
      );
      isGood = result.wrong.length === 0;
      table.add(result);
    }
  } finally {
    await field.close();
  }
}

const NOTHING = { deaths: 0, verdict: 'none', twins: 0, asked: 1, double: false };
