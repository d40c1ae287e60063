import { appendFileSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Point } from '../points.ts';

/** What the trial tells a process about its death, in a file: points count only while it is there. */
export const Fate = z.object({
  /** A new one begins the count of every point again. */
  turn: z.number(),
  /** Every point that is passed is a line here. */
  passed: z.string(),
  point: z.string().optional(),
  occurrence: z.number().optional(),
});
export type Fate = z.infer<typeof Fate>;

const file = process.env['NIGHTGUARD_FAULT'] ?? '';
const times = new Map<string, number>();
let turn = 0;

/** Goes by a point: it is written down, and this process ends with -9 where it shall. */
export function pass(point: Point): void {
  const fate = readFate();
  if (!fate) return;
  if (fate.turn !== turn) times.clear();
  turn = fate.turn;
  const count = (times.get(point) ?? 0) + 1;
  times.set(point, count);
  appendFileSync(fate.passed, `${point}\n`);
  if (fate.point === point && fate.occurrence === count) process.kill(process.pid, 'SIGKILL');
}

function readFate(): Fate | undefined {
  try {
    return Fate.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}
