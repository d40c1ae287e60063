import { capital } from '#src/kit/text.ts';
import type { CampaignKind } from '../kind.ts';
import type { Planned } from '../plans.ts';
import { givenTo, tooFew, vaultOf } from './endings.ts';
import { nextShare } from './next.ts';
import { parseUnseal } from './params.ts';
import { lastSeal } from './said.ts';

/** Rows V2 and P2: opens a sealed Vault with one share from each of several nodes. */
export const unseal: CampaignKind = {
  name: 'unseal',
  operation: 'vault_share',

  question: (campaign) => {
    const { reset } = parseUnseal(campaign.input);
    const first = reset ? 'Throw away what was given before, and open' : 'Open';
    return `${first} ${vaultOf(campaign)} with the shares of these nodes?`;
  },

  title(campaign, children) {
    const seal = lastSeal(children);
    const opening = `opening ${vaultOf(campaign)}`;
    return capital(seal ? `${opening}: ${givenTo(children)}, attempt ${seal.attempt}` : opening);
  },

  // The first server on one node's list need not be the first on another's: shares that go to different servers open none.
  settle(campaign, planned) {
    const places = Map.groupBy(planned, placeOf);
    const nodesTo = (place: string | undefined) => nodesOf(places.get(place) ?? []).length;
    const [place] = [...places.keys()].sort((a, b) => nodesTo(b) - nodesTo(a));
    const others = planned.filter((each) => placeOf(each) !== place);
    const elsewhere = nodesOf(others).map((node) => ({
      node,
      because: `would give it elsewhere: ${others.map((each) => (each.offer.node === node ? placeOf(each) : undefined)).find(Boolean)}`,
    }));
    const fit = places.get(place) ?? [];
    if (nodesOf(fit).length < (campaign.least ?? 1)) return tooFew(campaign, nodesOf(fit));
    return { offers: fit.map(({ offer }) => offer), left: [...campaign.left, ...elsewhere] };
  },

  next: nextShare,
};

function placeOf({ job }: Planned): string | undefined {
  return job.plan.facts.find(({ label }) => label === 'To')?.value;
}

function nodesOf(planned: readonly Planned[]): string[] {
  return [...new Set(planned.map(({ offer }) => offer.node))];
}
