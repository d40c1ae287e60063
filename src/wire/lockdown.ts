import { z } from 'zod';

const id = z.string().max(40);
const person = { operator: z.number().int().positive(), by: z.string().max(40) };

/** What a beacon names instead of a lockdown's id where nothing but a file on the node locks it. */
export const BY_FILE = 'file';

/** That nothing may be changed any more: who said so, when (ms since 1970 by the hub's clock) and why. */
export const Lockdown = z.strictObject({
  id,
  at: z.number().int(),
  ...person,
  reason: z.string().min(1).max(200).optional(),
});
export type Lockdown = z.infer<typeof Lockdown>;

/** That these lockdowns are over: an admin asked, and another person confirmed it. */
export const Unlock = z.strictObject({
  lockdowns: z.array(id).min(1).max(40),
  ...person,
  second: z.strictObject({ operator: z.number().int().positive(), by: z.string().max(40) }),
});
export type Unlock = z.infer<typeof Unlock>;
