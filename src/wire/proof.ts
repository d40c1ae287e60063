import { z } from 'zod';
import { parseExact } from './canonical.ts';
import { identity } from './keys.ts';
import { refuse } from './refuse.ts';
import type { Party, Self } from './seal.ts';
import { CLOCK_SKEW_S } from './seal.ts';
import { createSigner, createVerifier } from './sign.ts';

/** Most characters of a proof. */
export const MAX_PROOF = 2_000;
/** How long a proof holds, in seconds: as long as a second person has to say yes to the same plan. */
export const PROOF_S = 900;
const TYP = 'nightguard-stepup+jws';

const seconds = z.number().int().nonnegative().max(99_999_999_999);
const Claims = z.strictObject({
  iss: z.string(),
  aud: z.string(),
  iat: seconds,
  exp: seconds,
  job: z.string().max(40),
  plan: z.string().length(64),
  operator: z.number().int().positive(),
});

/** One person was there, with their authenticator, for one job with one plan. */
export type StepUp = Pick<z.infer<typeof Claims>, 'job' | 'plan' | 'operator'>;

/** Signs proofs as the approver `own`: each for one node, which `audience` names as `identity` does; `at` is in ms since 1970. */
export function createProver(own: Self): (stepUp: StepUp, audience: string, at: number) => Promise<string> {
  const iss = identity(own.name, own.keys.public);
  const sign = createSigner(own.keys, iss);
  return async ({ job, plan, operator }, audience, at) => {
    const iat = Math.floor(at / 1000);
    const claims: z.infer<typeof Claims> = { iss, aud: audience, iat, exp: iat + PROOF_S, job, plan, operator };
    return await sign(TYP, JSON.stringify(claims));
  };
}

/** Opens what `approver` has signed for `own` and still holds at `at` (ms since 1970). Throws Problem `seal`. */
export function createProofReader(approver: Party, own: Party): (token: string, at: number) => Promise<StepUp> {
  const [issuer, audience] = [identity(approver.name, approver.key), identity(own.name, own.key)];
  const verify = createVerifier(approver.key, issuer);
  return async (token, at) => {
    if (token.length > MAX_PROOF) throw refuse(`it has ${token.length} bytes`);
    const parsed = Claims.safeParse(parseExact(await verify(TYP, token)));
    if (!parsed.success) throw refuse('its claims are malformed');
    const { iss, aud, iat, exp, job, plan, operator } = parsed.data;
    if (iss !== issuer || aud !== audience) throw refuse('it is not from that approver for this node');
    if (exp <= iat || exp - iat > PROOF_S) throw refuse(`it would hold for ${exp - iat} s`);
    if (at >= exp * 1000) throw refuse('it holds no longer');
    if (iat * 1000 - at > CLOCK_SKEW_S * 1000) throw refuse('it is from the future: the clocks disagree');
    return { job, plan, operator };
  };
}
