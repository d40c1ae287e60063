import type { Field } from './field.ts';
import { openField } from './field.ts';

/** So many trials follow one another in a field; then its logs, its chat and its ledger are long enough. */
const TRIALS_PER_FIELD = 40;

/** Fields that wait for their next trial. */
export interface Pool {
  take(): Promise<Field>;
  /** A field in which something was wrong is not used again. */
  giveBack(field: Field, isGood: boolean): Promise<void>;
  close(): Promise<void>;
}

/** No field yet; one is opened when none is free. */
export function createPool(): Pool {
  const free: Field[] = [];
  return {
    take: async () => free.pop() ?? (await openField()),
    async giveBack(field, isGood) {
      if (isGood && field.past.length < TRIALS_PER_FIELD) free.push(field);
      else await field.close();
    },
    close: async () => void (await Promise.all(free.splice(0).map((field) => field.close()))),
  };
}
