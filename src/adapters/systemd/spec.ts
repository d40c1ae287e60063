import { z } from 'zod';
import { durationText } from '../durationText.ts';

// A dash in front would be an option, and a template needs its instance.
const UNIT = /^(?!-)(?!.*@\.)[\w:.\\@-]{1,240}\.(?:service|socket|timer|path|mount|target)$/;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** One workload of the node's configuration that systemd runs: a unit whose file is there already. */
export const SystemdSpec = z.strictObject({
  engine: z.literal('systemd'),
  /** The full name of the unit; `<name>.service` when it is left out. */
  unit: z.string().regex(UNIT, 'write the full name of a unit, such as web.service or web@blue.service').optional(),
  /** A unit of the user that the agent runs as, instead of the system's. */
  user: z.boolean().default(false),
  /** Where its health is asked: an address of this machine. */
  health: z
    .url({ protocol: /^https?$/, hostname: LOOPBACK, error: 'write an http:// or https:// address of 127.0.0.1' })
    .refine((url) => !url.includes('@'), 'user name and password do not belong into an address')
    .optional(),
  // As long as systemd itself allows when a unit says nothing.
  startTimeout: durationText('90s', '1h'),
  stopTimeout: durationText('90s', '1h'),
});
export type SystemdSpec = z.infer<typeof SystemdSpec>;
