import type { ProcessRecord } from '#src/adapters/process/record.ts';
import { readRecord as read, writeRecord as write } from '#src/adapters/process/record.ts';
import { pass } from '../passing.ts';

/** As it is. */
export function readRecord(path: string): Promise<ProcessRecord | undefined> {
  return read(path);
}

/** The real record of a process with points around its writing. */
export async function writeRecord(path: string, record: ProcessRecord): Promise<void> {
  pass('process.writeRecord:before');
  await write(path, record);
  pass('process.writeRecord:after');
}
