import { pressWrongly } from '../../fuzz/presses.ts';
import { redeliver } from '../../fuzz/redelivered.ts';
import { fuzz } from '../../fuzz/run.ts';
import type { Part } from './part.ts';
import { partOf } from './part.ts';

const PRESSES_PER_QUESTION = 250;

/** 100,000 made-up updates, 10,000 wrong presses and 10,000 commands that are delivered again and again, through the door of a hub. */
export const fuzzPart: Part = async ({ seed, share }) => {
  const updates = partOf(100_000, share);
  const { wrong, plain, asked, rssMb, heapMb } = await fuzz({ updates, seed });
  const questions = Math.ceil(partOf(10_000, share) / PRESSES_PER_QUESTION);
  const pressed = await pressWrongly({ questions, seed });
  const again = await redeliver({ intents: partOf(10_000, share), seed });
  // What V8 and the allocator have taken from the system settles only after some 30,000 updates.
  const isFlat = heapMb.end <= heapMb.fifth * 1.1 + 4 && rssMb.end <= rssMb.fifth * 1.25 + 32;
  const growth = `resident ${rssMb.fifth} MB at a fifth of the way, ${rssMb.end} MB at the end; objects ${heapMb.fifth} and ${heapMb.end} MB`;
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
      {
        ...{ what: 'commands delivered doubled, out of order, late, edited', tried: again.intents, of: 'commands' },
        wrong: again.wrong.length,
        beside: `${again.deliveries} deliveries; ${again.late} changes came late and are asked about again; ${again.orders} orders`,
      },
    ],
    wrong: [...wrong, ...pressed, ...again.wrong, ...(isFlat ? [] : [`memory grew: ${growth}`])].slice(0, 100),
  };
};
