import type { Campaign } from '#src/ledger/campaign.ts';
import { NO_ATTEMPT } from '#src/operation/vaultShare.ts';
import type { Child, Move, Offer } from '../kind.ts';
import { endingOf, notEnough, openedEnding, resetInDoubt, stoppedEnding } from './endings.ts';
import { isInDoubt, lastSeal, mayTryAgain, tellsOpen } from './said.ts';

/** Who is asked for a share next, or how it ended: one share after the other, each only to the attempt that the one before has told. */
export function nextShare(campaign: Campaign, children: readonly Child[]): Move {
  const end = (ending: Extract<Move, { kind: 'end' }>['ending']): Move => ({ kind: 'end', ending });
  const opener = children.find(tellsOpen);
  if (opener) return end(openedEnding(campaign, children));
  for (const child of children) {
    const ending = endingOf(campaign, child, children);
    if (ending) return end(ending);
  }
  const last = children.at(-1);
  if (last?.job && last.job.state !== 'ended' && !last.silent) return { kind: 'wait' };
  if (campaign.stopped) return end(stoppedEnding(campaign, children));
  const left = candidates(campaign, children);
  const seal = lastSeal(children);
  const [node] = left;
  if (node === undefined || (seal && seal.progress + left.length < seal.threshold))
    return end(notEnough(campaign, children));
  return ask(campaign, children, node) ?? end(resetInDoubt(campaign));
}

/** The nodes that can still be asked, in their order: those that were not, then those for whom once more does no harm. */
function candidates({ offers, left }: Campaign, children: readonly Child[]): string[] {
  const gone = new Set(left.map(({ node }) => node));
  const nodes = [...new Set(offers.map(({ node }) => node))].filter((node) => !gone.has(node));
  const tries = (node: string) => children.filter((child) => child.node === node);
  const again = (node: string) => {
    const [first, second] = tries(node);
    return first !== undefined && second === undefined && mayTryAgain(first);
  };
  return [...nodes.filter((node) => tries(node).length === 0), ...nodes.filter(again)];
}

function ask({ offers, input }: Campaign, children: readonly Child[], node: string): Move | undefined {
  const offerOf = (reset: boolean): Offer | undefined =>
    offers.find((each) => each.node === node && (each.input['reset'] === true) === reset);
  const seal = lastSeal(children);
  const plain = offerOf(false);
  const move = (offer: Offer | undefined, attempt?: string): Move | undefined =>
    offer && { kind: 'ask', offer, guards: attempt === undefined ? {} : { attempt } };
  if (seal && seal.progress > 0) return move(plain, seal.attempt);
  const doubt = children.some(isInDoubt);
  if (input['reset'] === true) return doubt ? undefined : move(offerOf(true));
  // Its attempt is not known, and may be under way.
  return doubt ? move(plain) : move(plain, seal?.attempt ?? NO_ATTEMPT);
}
