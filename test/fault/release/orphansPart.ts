import { z } from 'zod';
import { createRandom } from '../../random.ts';
import { orphanTrial } from '../orphans/trial.ts';
import type { Part } from './part.ts';
import { partOf } from './part.ts';

/** Trials beside, in which nothing that is left over is ended before somebody looks. */
const NAIVE = 50;
/** A trial waits most of its time. */
const AT_ONCE = 3;

const Line = z.strictObject({ naive: z.boolean(), verdict: z.string(), wrong: z.array(z.string()) });
type Line = z.infer<typeof Line>;

/** Agents that are killed with -9 while a program that they started is at work; what the next life says has to be what the world shows. */
export const orphansPart: Part = async ({ seed, share, side, signal, notes: notesOf }) => {
  const notes = notesOf('trials');
  const done = notes.read().flatMap((line) => Line.safeParse(line).data ?? []);
  const run = async (naive: boolean, count: number): Promise<void> => {
    let left = count - of(done, naive).length;
    const turns = Array.from({ length: side * AT_ONCE }, async (_, turn) => {
      const random = createRandom(seed * 1_000_003 + done.length * 101 + turn);
      while (left > 0 && !signal.aborted) {
        left -= 1;
        const { verdict, wrong } = await orphanTrial(random, naive);
        const line = { naive, verdict, wrong };
        done.push(line);
        notes.add(line);
      }
    });
    await Promise.all(turns);
  };
  await run(false, partOf(1_000, share));
  await run(true, partOf(NAIVE, share));
  if (signal.aborted) return undefined;
  const [ours, naive] = [of(done, false), of(done, true)];
  const said = Object.entries(Object.groupBy(ours, ({ verdict }) => verdict));
  const beside = [
    said.map(([verdict, some]) => `${some?.length} ${verdict}`).join(', '),
    `without ending first what is left over: ${wrongIn(naive).length} of ${naive.length} wrong`,
  ].join('; ');
  const figure = { what: 'agent killed while its program works', tried: ours.length, of: 'kills', beside };
  return {
    figures: [{ ...figure, wrong: wrongIn(ours).length }],
    wrong: wrongIn(ours).map(({ verdict, wrong }) => `${verdict}: ${wrong}`),
  };
};

function of(lines: readonly Line[], naive: boolean): Line[] {
  return lines.filter((line) => line.naive === naive);
}

function wrongIn(lines: readonly Line[]): Line[] {
  return lines.filter(({ wrong }) => wrong.length > 0);
}
