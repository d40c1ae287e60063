import { count } from '#src/kit/text.ts';
import type { Campaign } from '#src/ledger/campaign.ts';
import type { ShareOutcome } from '#src/operation/vaultShare.ts';
import { attemptOf, STILL_SEALED } from '#src/operation/vaultShare.ts';
import type { Child, Ending } from '../kind.ts';
import { parseUnseal, unsealCommand } from './params.ts';
import { isInDoubt, lastSeal, toldBy } from './said.ts';

/** How one node's word ends it for all; undefined when others can go on. */
export function endingOf(campaign: Campaign, child: Child, children: readonly Child[]): Ending | undefined {
  const outcome = toldBy(child)?.outcome;
  return outcome && ENDS[outcome]?.(campaign, children);
}

const ENDS: Partial<Record<ShareOutcome, (campaign: Campaign, children: readonly Child[]) => Ending>> = {
  wiped: (campaign, children) => ({
    tone: 'bad',
    title: `${vaultOf(campaign)} stays sealed: one of the shares of ${namesOf(children.filter(gave))} is wrong, and Vault has thrown them all away`,
    next: `It does not say which one. Begin anew with other nodes, such as: ${command(campaign, { without: children.find(gave)?.node ?? '' })}`,
  }),
  lost: (campaign) => ({
    tone: 'bad',
    title: `${vaultOf(campaign)} stays sealed: what was given to it is gone`,
    next: `It was restarted, or somebody threw the shares away. Look: /vault. Begin anew: ${command(campaign)}`,
  }),
  'other attempt': (campaign, children) => {
    const seal = lastSeal(children);
    const attempt = seal?.attempt ?? attemptOf('');
    const had = children.some(counted) ? ' What was given here before is gone, or counts no more.' : '';
    return {
      tone: 'bad',
      title: `another attempt is under way at ${vaultOf(campaign)} (${attempt}), with ${givenTo(children)}`,
      next: `Somebody else is opening it, or did not finish.${had} Look: /vault. To throw that away and begin anew: ${command(campaign, { reset: true })}`,
    };
  },
  'not initialised': (campaign) => ({
    tone: 'bad',
    title: `${vaultOf(campaign)} was never initialised, so there is nothing to open`,
    next: 'On its server: vault operator init',
  }),
  'opens by itself': (campaign) => ({
    tone: 'bad',
    title: `${vaultOf(campaign)} opens by itself, not with shares`,
    next: 'Look at the key that it opens with, and at its log.',
  }),
};

/** It is open. */
export function openedEnding(campaign: Campaign, children: readonly Child[]): Ending {
  const gaveAny = children.some((child) => toldBy(child)?.outcome === 'opened' || counted(child));
  const title = `${vaultOf(campaign)} ${gaveAny ? 'is open' : 'was open already'}`;
  const opener = children.find((child) => toldBy(child)?.outcome === 'opened')?.job?.reply;
  const sealed = opener?.facts.find(({ label }) => label === STILL_SEALED)?.value;
  const tone = opener?.tone ?? 'ok';
  if (tone !== 'ok') return { tone, title: opener?.title ?? title, next: 'Look at its log, and at /vault' };
  if (sealed !== undefined) return { tone, title, next: `Still sealed, and opened each by itself: ${sealed}` };
  return opener ? { tone, title } : { tone, title, next: 'If it has other servers, each is opened apart: see /vault' };
}

/** Somebody wanted no further node asked. */
export function stoppedEnding(campaign: Campaign, children: readonly Child[]): Ending {
  const who = campaign.stopped?.operator.name ?? 'somebody';
  return {
    tone: 'warn',
    title: `stopped by ${who}: ${vaultOf(campaign)} has ${givenTo(children)}`,
    next: `To begin anew: ${command(campaign, { reset: hasProgress(children) })}`,
  };
}

/** Nobody is left who could give what is missing. */
export function notEnough(campaign: Campaign, children: readonly Child[]): Ending {
  const doubt = children.some(isInDoubt) ? ' Of some nobody knows whether they count: look, /vault.' : '';
  return {
    tone: 'bad',
    title: `${vaultOf(campaign)} stays sealed: it has ${givenTo(children)}, and too few other nodes can give one`,
    next: `Bring back what is missing, or give it by hand.${doubt} Begin anew: ${command(campaign, { reset: hasProgress(children) })}`,
  };
}

/** A node was to throw away old progress, and nobody knows whether it did. */
export function resetInDoubt(campaign: Campaign): Ending {
  return {
    tone: 'bad',
    title: `nobody knows whether what was given to ${vaultOf(campaign)} before is thrown away`,
    next: `Look: /vault. Then begin anew: ${command(campaign, { reset: true })}`,
  };
}

/** Too few nodes can be asked at all. */
export function tooFew(campaign: Campaign, nodes: readonly string[]): Ending {
  const { least } = campaign;
  const takes = least === undefined ? '' : `${vaultOf(campaign)} takes ${count(least, 'share')}, and `;
  const who = nodes.length === 0 ? 'no node can give its share now' : `only ${nodes.join(', ')} can give one now`;
  return { tone: 'bad', title: `${takes}${who}`, next: 'Nothing was given. Mend what stands below, then ask again.' };
}

/** How many shares it has by what was told: `1 of 3 shares`. */
export function givenTo(children: readonly Child[]): string {
  const seal = lastSeal(children);
  return seal ? `${seal.progress} of ${count(seal.threshold, 'share')}` : 'no share from here';
}

/** The Vault, with its server where one was named. */
export function vaultOf({ input }: Campaign): string {
  const { vault, server } = parseUnseal(input);
  return server === undefined ? vault : `${vault} at ${server}`;
}

function command({ input }: Campaign, more: { reset?: boolean; without?: string } = {}): string {
  return unsealCommand(parseUnseal(input), more);
}

function counted(child: Child): boolean {
  return toldBy(child)?.outcome === 'counted' || child.job?.verdict === 'verified applied';
}

/** Its share was given, whatever came of it. */
function gave(child: Child): boolean {
  return counted(child) || toldBy(child)?.outcome === 'wiped' || isInDoubt(child);
}

function hasProgress(children: readonly Child[]): boolean {
  return (lastSeal(children)?.progress ?? 0) > 0 || children.some(isInDoubt);
}

function namesOf(children: readonly Child[]): string {
  return children.map(({ node }) => node).join(', ');
}
