import { Problem, sentenceOf } from '#src/kit/problem.ts';
import { count } from '#src/kit/text.ts';
import type { Seal } from '#src/operation/seals.ts';
import type { ShareOutcome } from '#src/operation/vaultShare.ts';
import { attemptOf, shareFacts, tellSeal } from '#src/operation/vaultShare.ts';
import type { Verified } from '#src/operation/verdict.ts';

/** What of a seal has to be kept to tell afterwards what became of a share. */
export type SealBefore = Pick<Seal, 'sealed' | 'progress' | 'nonce'>;

/** What keeps a share from being given at all; undefined when nothing does. `attempt` is the one that was expected, in its short form. */
export function hindranceOf(seal: Seal, attempt: string | undefined): ShareOutcome | undefined {
  if (!seal.initialised) return 'not initialised';
  if (!seal.sealed) return 'already open';
  if (seal.kind !== 'shamir') return 'opens by itself';
  if (attempt === undefined || attempt === attemptOf(seal.nonce)) return undefined;
  return seal.nonce === '' ? 'lost' : 'other attempt';
}

/** What came of a share that Vault has answered: `given` is its answer, `after` how the seal stood a moment later. */
export function outcomeOf({ before, given, after }: { before: SealBefore; given: Seal; after: Seal }): ShareOutcome {
  return after.sealed && after.nonce === given.nonce ? changeOf(before, given) : changeOf(given, after);
}

function changeOf(before: SealBefore, after: Seal): ShareOutcome {
  if (!after.sealed) return 'opened';
  if (before.nonce !== '' && after.nonce !== before.nonce) return after.nonce === '' ? 'lost' : 'other attempt';
  if (after.progress > before.progress) return 'counted';
  return before.nonce === '' ? 'lost' : 'duplicate';
}

/** What came of a share that Vault has refused, or never answered; `after` is how the seal stands, if anybody knows. */
export function failureOf(error: Problem, before: SealBefore, after: Seal | undefined): ShareOutcome {
  if (error.code !== 'vault-away') return OUTCOMES[error.code] ?? 'refused';
  if (!after) return 'unknown';
  const outcome = changeOf(before, after);
  // It may still be on its way.
  if (outcome === 'duplicate') return 'unknown';
  return outcome === 'lost' && before.nonce === '' ? 'unknown' : outcome;
}

const OUTCOMES: Record<string, ShareOutcome> = {
  'vault-wiped': 'wiped',
  'vault-ca': 'away',
  'no-share': 'no share',
};

/** The Problem for a share that was not given or does not count, with facts for programs. */
export function shareProblem(
  vault: string,
  outcome: ShareOutcome,
  { seal, because }: { seal?: Seal | undefined; because?: unknown },
): Problem {
  const words = because === undefined ? '' : `${sentenceOf(because)} `;
  const told = seal && tellSeal(seal);
  return new Problem('vault-share', `${words}${sentences(vault, seal)[outcome]}`, {
    ...{ cause: because, facts: shareFacts({ outcome, seal: told }) },
  });
}

function sentences(vault: string, seal: Seal | undefined): Record<ShareOutcome, string> {
  const given = seal ? givenOf(seal) : 'an unknown number of shares';
  return {
    counted: `${vault} has ${given}.`,
    opened: `${vault} is open.`,
    'already open': `${vault} is open already.`,
    duplicate: `${vault} had this share already, and has ${given}.`,
    wiped: `One of the shares that were given to ${vault} is wrong, this one or one before it. Vault has thrown them all away: begin anew, with other nodes.`,
    'other attempt': `Another attempt is under way at ${vault} (${attemptOf(seal?.nonce ?? '')}), with ${given}: somebody else is opening it too, or it was restarted. Look at it, then ask again.`,
    lost: `What was given to ${vault} is gone: it was restarted, or somebody threw the shares away. Begin anew.`,
    unknown: `Nobody knows whether ${vault} took the share. Ask again: given twice it counts once.`,
    'not initialised': `${vault} was never initialised, so there is nothing to open. Run: vault operator init`,
    'opens by itself': `${vault} opens by itself (${seal?.kind}), not with shares. Look at the key that it opens with.`,
    'no share': 'Ask another node.',
    away: 'Nothing was given.',
    refused: `${vault} does not take it as a share. On this node: nightguard share remove ${vault}, then add the right one.`,
  };
}

/** How many shares a seal has of those that it needs: `2 of 3 shares`. */
export function givenOf({ progress, threshold }: Pick<Seal, 'progress' | 'threshold'>): string {
  return `${progress} of ${count(threshold, 'share')}`;
}

/** After a crash: whether the share counts, told from the seal as it was before it was given and as it is now. */
export function verifyShare(vault: string, of: { before: SealBefore; reset: boolean; now: Seal }): Verified {
  const { before, reset, now } = of;
  const [given, attempt] = [givenOf(now), attemptOf(now.nonce)];
  const applied = (because: string): Verified => ({ verdict: 'verified applied', because });
  const not = (because: string): Verified => ({ verdict: 'verified not applied', because });
  if (!now.sealed) return applied(`${vault} is open.`);
  if (now.nonce === '')
    return not(
      before.nonce === '' || reset
        ? `${vault} has no share. Ask again.`
        : `What was given to ${vault} is gone: it was restarted, one share was wrong, or somebody threw them away. Begin anew.`,
    );
  if (now.nonce === before.nonce) {
    const counts = !reset && now.progress > before.progress;
    return counts
      ? applied(`${vault} has ${given} now, more than before.`)
      : not(`${vault} has ${given}, as before. Ask again.`);
  }
  if (before.nonce === '' || reset) return applied(`${vault} has ${given} now, in attempt ${attempt}.`);
  return not(`Another attempt is under way at ${vault} (${attempt}), with ${given}. Find out who, then ask again.`);
}
