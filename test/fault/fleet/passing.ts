import { appendFileSync, existsSync } from 'node:fs';
import { z } from 'zod';
import type { Point } from '../points.ts';

/** What the trial tells a process about its death. */
export const Fate = z.object({
  /** Points count from when this file is there. */
  armed: z.string(),
  /** Every point that is passed is a line here. */
  passed: z.string(),
  point: z.string().optional(),
  occurrence: z.number().optional(),
});
export type Fate = z.infer<typeof Fate>;

const fate = Fate.parse(JSON.parse(process.env['NIGHTGUARD_FAULT'] ?? ''));
const times = new Map<string, number>();

/** Goes by a point: it is written down, and this process ends with -9 where it shall. */
export function pass(point: Point): void {
  if (!existsSync(fate.armed)) return;
  const count = (times.get(point) ?? 0) + 1;
  times.set(point, count);
  appendFileSync(fate.passed, `${point}\n`);
  if (fate.point === point && fate.occurrence === count) process.kill(process.pid, 'SIGKILL');
}
