import { terminate as end } from '#src/adapters/process/terminate.ts';
import { pass } from '../passing.ts';

/** The real end of a workload's processes with points around it. */
export async function terminate(...asked: Parameters<typeof end>): Promise<void> {
  pass('process.terminate:before');
  await end(...asked);
  pass('process.terminate:after');
}
