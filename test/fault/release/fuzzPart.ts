import { pressWrongly } from '../../fuzz/presses.ts';
import { fuzz } from '../../fuzz/run.ts';
import type { Part } from './part.ts';
import { partOf } from './part.ts';

const PRESSES_PER_QUESTION = 250;

/** 100,000 made-up updates and 10,000 wrong presses through the door of a hub. */
export const fuzzPart: Part = async ({ seed, share }) => {
  const updates = partOf(100_000, share);
  const { wrong, plain, asked, rssMb } = await fuzz({ updates, seed });
  const questions = Math.ceil(partOf(10_000, share) / PRESSES_PER_QUESTION);
  const pressed = await pressWrongly({ questions, seed });
  const isFlat = rssMb.end <= rssMb.fifth * 1.25 + 32;
  const growth = `${rssMb.fifth} MB at a fifth of the way, ${rssMb.end} MB at the end`;
  return {
    figures: [
      {
        ...{ what: 'made-up updates', tried: updates, of: 'updates', wrong: wrong.length },
        beside: `${plain} plainly of an operator, which became ${asked} orders and questions; ${growth}`,
      },
      {
        ...{ what: 'wrong presses', tried: questions * PRESSES_PER_QUESTION, of: 'presses', wrong: pressed.length },
        beside: `on ${questions} questions`,
      },
    ],
    wrong: [...wrong, ...pressed, ...(isFlat ? [] : [`memory grew: ${growth}`])].slice(0, 100),
  };
};
