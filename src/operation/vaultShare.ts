import { z } from 'zod';
import { count } from '#src/kit/text.ts';
import { declared, flag } from './params.ts';
import type { Fact } from './reply.ts';
import type { Seal } from './seals.ts';

/** How much of a nonce is shown, told and compared. */
export const ATTEMPT_LENGTH = 8;
/** What stands for the attempt when nothing was given yet. */
export const NO_ATTEMPT = 'none';

/** The line of a reply that names the other servers which are sealed still. */
export const STILL_SEALED = 'Still sealed';

const ATTEMPT = /^(?:none|[0-9a-f]{8})$/;

/** What `vault_share` is asked with; all but `vault` may be left out. */
export const ShareParams = z.strictObject({
  vault: declared('vault', 'main'),
  server: z
    .string()
    .max(100)
    .regex(/^[\w.:[\]-]+$/, 'the address of a server as /vault shows it')
    .optional()
    .describe('which of its servers; left out, the first')
    .meta({ example: 'vault.example.org:8200' }),
  attempt: z
    .string()
    .regex(ATTEMPT, 'the attempt as /vault shows it, 8 digits of 0-9 and a-f, or none')
    .optional()
    .describe('only to this attempt')
    .meta({ example: '1f0c2a9b', guard: true }),
  reset: flag().describe('throw away first what was given before'),
});

/** How giving a share ended. */
export const ShareOutcome = z.enum([
  /** It counts; more are needed. */
  'counted',
  /** It was the last one that was needed. */
  'opened',
  /** Nothing had to be given. */
  'already open',
  /** It had been given to this attempt before; it counts once. */
  'duplicate',
  /** With it the threshold was reached, and one of all that were given is wrong: Vault threw them all away. */
  'wiped',
  /** Another attempt is under way than the one that was expected: nothing was given, or it counts there and what was given before is gone. */
  'other attempt',
  /** Vault has fewer shares than before: it was restarted, or somebody threw them away. */
  'lost',
  /** Vault did not say whether it took the share. To give it once more does no harm. */
  'unknown',
  'not initialised',
  /** This Vault opens by itself, by another key: shares are of no use. */
  'opens by itself',
  /** There is no share here, or it cannot be read. */
  'no share',
  /** Vault does not answer, or its certificate is not believed; nothing was given. */
  'away',
  /** Vault does not take this as a share. */
  'refused',
]);
export type ShareOutcome = z.infer<typeof ShareOutcome>;

/** How a seal stands, as far as it may be told: `attempt` is the short form of the nonce. */
export const SealTold = z.strictObject({
  sealed: z.boolean(),
  progress: z.number().int().nonnegative(),
  threshold: z.number().int().nonnegative(),
  shares: z.number().int().nonnegative(),
  attempt: z.string(),
});
export type SealTold = z.infer<typeof SealTold>;

/** How it ended and how the seal stood then; without `seal` nobody knows. */
export const ShareTold = z.strictObject({ outcome: ShareOutcome, seal: SealTold.optional() });
export type ShareTold = z.infer<typeof ShareTold>;

/** What may be told of a seal. */
export function tellSeal({ sealed, progress, threshold, shares, nonce }: Seal): SealTold {
  return { sealed, progress, threshold, shares, attempt: attemptOf(nonce) };
}

/** The short form of a nonce, which people compare; `none` while nothing is given. */
export function attemptOf(nonce: string): string {
  return nonce.slice(0, ATTEMPT_LENGTH) || NO_ATTEMPT;
}

/** What was told as the lines of a reply, in a form that `readShareFacts` reads. */
export function shareFacts({ outcome, seal }: ShareTold): Fact[] {
  if (!seal) return [{ label: 'Share', value: outcome }];
  const { sealed, progress, threshold, shares, attempt } = seal;
  return [
    { label: 'Share', value: outcome },
    { label: 'Seal', value: sealed ? 'sealed' : 'open', tone: sealed ? 'warn' : 'ok' },
    { label: 'Given', value: `${progress} of ${count(threshold, 'share')} (${shares} exist)` },
    { label: 'Attempt', value: attempt },
  ];
}

/** Reads the lines that a verdict of `vault_share` brought, failed or not; undefined when they are not there, as after a crash or a refusal. */
export function readShareFacts(facts: readonly Fact[]): ShareTold | undefined {
  const said = (label: string) => facts.find((fact) => fact.label === label)?.value;
  const outcome = ShareOutcome.safeParse(said('Share'));
  if (!outcome.success) return undefined;
  const given = /^(\d+) of (\d+) shares? \((\d+) exist\)$/.exec(said('Given') ?? '');
  const [seal, attempt] = [said('Seal'), said('Attempt')];
  if (!given || seal === undefined || !ATTEMPT.test(attempt ?? '')) return { outcome: outcome.data };
  const [, progress, threshold, shares] = given.map(Number);
  const told = SealTold.safeParse({ sealed: seal === 'sealed', progress, threshold, shares, attempt });
  return told.success ? { outcome: outcome.data, seal: told.data } : { outcome: outcome.data };
}
