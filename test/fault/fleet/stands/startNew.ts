import { startNew as start } from '#src/adapters/process/startNew.ts';
import { pass } from '../passing.ts';

/** The real start of a workload with points around it. */
export async function startNew(...asked: Parameters<typeof start>): ReturnType<typeof start> {
  pass('process.startNew:before');
  const started = await start(...asked);
  pass('process.startNew:after');
  return started;
}
