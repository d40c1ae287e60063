import type { Outcome } from './check.ts';
import { Course } from './course.ts';
import type { Field } from './field.ts';
import { openField } from './field.ts';
import type { Counts, Faulty } from './plan.ts';

/**
 * One intent (`/restart alpha web`, confirmed) through the faults of one trial, in a field that may have seen others
 * before; without one in its own. `onSlow` is called when it begins to wait for long.
 */
export async function runFleetTrial(
  trial: Faulty,
  { field, onSlow = () => {} }: { field?: Field; onSlow?: () => void } = {},
): Promise<{ outcome: Outcome; counts: Counts }> {
  if (field) return await runIn(field, trial, onSlow);
  const own = await openField();
  try {
    return await runIn(own, trial, onSlow);
  } finally {
    await own.close();
  }
}

async function runIn(field: Field, trial: Faulty, onSlow: () => void): Promise<{ outcome: Outcome; counts: Counts }> {
  const course = new Course(field, trial, onSlow);
  await course.toItsEnd();
  const logs = [...field.hub.lives, ...field.agent.lives].flatMap(({ logged }) => logged);
  if (process.env['FAULT_LOGS']) process.stderr.write(`${logs.join('\n')}\n`);
  const outcome = await course.outcome();
  return { outcome, counts: { hub: course.countsOf('hub'), agent: course.countsOf('agent') } };
}
