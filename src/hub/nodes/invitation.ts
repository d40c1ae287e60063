import { z } from 'zod';
import { Problem } from '#src/kit/problem.ts';
import { Epoch, PublicKeySchema } from '#src/wire/keys.ts';

const who = z.strictObject({ id: z.number().int(), name: z.string() });

/** How long a code is good for, in ms. */
export const CODE_MS = 15 * 60_000;

/** A name that waits for its machine. Of the code only a digest is kept. */
export const Invitation = z.strictObject({
  /** Names it in buttons. */
  id: z.string(),
  node: z.string(),
  digest: z.string(),
  environment: z.enum(['prod', 'stage', 'dev']).optional(),
  by: who,
  /** The admin's private chat. */
  chat: z.number().int(),
  expiresAt: z.number().int(),
  /** `asked`: a machine came with the code, and an admin has to compare. */
  state: z.enum(['open', 'asked', 'in', 'refused']),
  /** The machine that came first. */
  machine: z.strictObject({ key: PublicKeySchema, epoch: Epoch, host: z.string(), release: z.string() }).optional(),
  /** When its question was last sent, and the message that shows it. */
  toldAt: z.number().int().optional(),
  message: z.number().int().optional(),
  decidedBy: who.optional(),
  /** Sealed for the machine; nobody else can read it. */
  welcome: z.string().optional(),
});
export type Invitation = z.infer<typeof Invitation>;

/** Why a name cannot be given away. */
export function alreadyThere(node: string): Problem {
  return new Problem('enroll', `There is a node ${node} already. Take another name, or first: /retire ${node}`);
}
