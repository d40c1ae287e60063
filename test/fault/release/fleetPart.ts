import { z } from 'zod';
import type { Trial } from '../fleet/plan.ts';
import { planFleetTrials } from '../fleet/plan.ts';
import { countPoints, runTrials } from '../fleet/run.ts';
import { seeded } from '../plan.ts';
import type { Result } from '../table.ts';
import type { Figure, Notes, Part } from './part.ts';
import { partOf } from './part.ts';

const Counts = z.strictObject({ hub: z.record(z.string(), z.number()), agent: z.record(z.string(), z.number()) });
const Line = z.union([
  z.strictObject({ counts: Counts, trials: z.number() }),
  z.strictObject({ index: z.number(), result: z.custom<Result>((value) => typeof value === 'object') }),
]);

/**
 * The trials over Redis whose row begins with one of these words, at least `count` in all. Each is noted when it is over: a
 * part that was broken off goes on where it was.
 */
export function fleetPart(what: string, rows: readonly string[], count: number): Part {
  return async ({ seed, share, side, signal, notes: notesOf }) => {
    const notes = notesOf('trials');
    const lines = notes.read().flatMap((line) => Line.safeParse(line).data ?? []);
    const { planned, trials } = await planOf({ rows, count: partOf(count, share), seed, notes, lines });
    const done = new Map(lines.flatMap((line) => ('index' in line ? [[line.index, line.result] as const] : [])));
    const left = planned.filter(({ index }) => !done.has(index));
    await runTrials(left, { side, signal }, (result, { index }) => {
      done.set(index, result);
      notes.add({ index, result });
    });
    if (done.size < planned.length) return undefined;
    const results = [...done.values()];
    return { figures: figuresOf(what, trials, results), wrong: results.flatMap(({ wrong, row }) => named(row, wrong)) };
  };
}

/** The plan is made of the points that an undisturbed run passes; one that is gone on with is the same again. */
async function planOf(of: {
  rows: readonly string[];
  count: number;
  seed: number;
  notes: Notes;
  lines: z.infer<typeof Line>[];
}): Promise<{ planned: (Trial & { index: number })[]; trials: number }> {
  const { rows, count, seed, notes, lines } = of;
  const isWanted = ({ row }: Trial) => rows.some((word) => row.startsWith(word));
  const head = lines.find((line) => 'counts' in line);
  const counts = head?.counts ?? (await countPoints());
  const kinds = planFleetTrials(counts, 1, seeded(seed)).filter(isWanted).length;
  const trials = head?.trials ?? Math.ceil(count / kinds);
  if (!head) notes.add({ counts, trials });
  const planned = planFleetTrials(counts, trials, seeded(seed)).filter(isWanted);
  return { planned: planned.map((trial, index) => ({ ...trial, index })), trials };
}

function figuresOf(what: string, trials: number, results: readonly Result[]): Figure[] {
  const sum = (of: (result: Result) => number) => results.reduce((total, result) => total + of(result), 0);
  const rows = new Set(results.map(({ row }) => row)).size;
  const verdicts = Object.entries(Object.groupBy(results, ({ verdict }) => verdict));
  const beside = [
    `${rows} kinds, ${trials} at each`,
    `${sum(({ deaths }) => deaths)} deaths`,
    `${results.filter(({ double }) => double).length} run twice`,
    `${results.filter(({ verdict }) => verdict === 'none').length} without a verdict`,
    verdicts.map(([verdict, of]) => `${of?.length} ${verdict}`).join(', '),
    `${sum(({ twins }) => twins)} twins`,
    `asked again in ${results.filter(({ asked }) => asked > 1).length}`,
    `slowest verdict ${Math.max(0, ...results.map(({ toldAfterS = 0 }) => toldAfterS))} s after the fault`,
  ].join('; ');
  const wrong = results.filter((result) => result.wrong.length > 0).length;
  return [{ what, tried: results.length, of: 'trials', wrong, beside }];
}

function named(row: string, wrong: readonly string[]): string[] {
  return wrong.map((sentence) => `${row}: ${sentence}`);
}
