import { z } from 'zod';

/** What a doorbell says: nothing but that something new is in the ledger. */
export const Wake = z.strictObject({ v: z.literal(1) });
export type Wake = z.infer<typeof Wake>;

/** For how long one ring is worth anything, in s. */
export const WAKE_S = 60;
