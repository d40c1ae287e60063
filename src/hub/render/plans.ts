import type { Campaign } from '#src/ledger/campaign.ts';
import type { Fact } from '#src/operation/reply.ts';
import type { PlanJob } from '../campaigns/plans.ts';
import type { Html } from './html.ts';
import { bold, line, ours, theirs } from './html.ts';
import { factLine } from './reply.ts';

/** What several nodes would do: first what they all say, then each with what it alone says, and whom it waits for. */
export function planLines(
  plans: readonly PlanJob[],
  released?: { nodes: readonly string[]; waits: (node: string) => string },
): Html[] {
  const nodes = Map.groupBy(plans, ({ node }) => node);
  const factsOf = (of: readonly PlanJob[]): Fact[] => [
    ...new Map(of.flatMap(({ plan }) => plan.facts.map((fact) => [keyOf(fact), fact] as const))).values(),
  ];
  const each = [...nodes].map(([node, of]) => ({ node, facts: factsOf(of) }));
  const isCommon = (fact: Fact) => each.every(({ facts }) => facts.some((other) => keyOf(other) === keyOf(fact)));
  const common = (each[0]?.facts ?? []).filter(isCommon);
  return [
    ...common.map(factLine),
    ...each.map(({ node, facts }) => {
      const own = facts.filter((fact) => !isCommon(fact)).map(factLine);
      const isFree = released?.nodes.includes(node);
      const waits = released && !isFree ? [ours('·'), ours(released.waits(node))] : [];
      return line(ours(isFree ? '✅' : '▫️'), bold(ours(node)), ...own.flatMap((fact) => [ours('·'), fact]), ...waits);
    }),
  ];
}

/** Who is not asked, and why. */
export function leftLines({ left }: Pick<Campaign, 'left'>): Html[] {
  return left.map(({ node, because }) => line(ours('➖'), bold(ours(node)), ours('is not asked:'), theirs(because)));
}

function keyOf({ label, value }: Fact): string {
  return `${label}\n${value}`;
}
