import { z } from 'zod';

/** What an operation can do to a node; it decides how the chat asks before it runs. */
export const Risk = z.enum(['read', 'change', 'destructive', 'critical']);
export type Risk = z.infer<typeof Risk>;

/** What a person may do, each role including the ones before it. */
export const Role = z.enum(['viewer', 'operator', 'admin']);
export type Role = z.infer<typeof Role>;

/** Whether somebody in role `has` may do what asks for role `needs`. */
export function covers(has: Role, needs: Role): boolean {
  return Role.options.indexOf(has) >= Role.options.indexOf(needs);
}
