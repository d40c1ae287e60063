import type { Fact } from '#src/operation/reply.ts';

/** What a reply holds at the most. */
const MOST = 60;

/** As many facts as a reply holds; where there are more, the last line says how many. */
export function fitFacts(facts: readonly Fact[]): Fact[] {
  if (facts.length <= MOST) return [...facts];
  return [
    ...facts.slice(0, MOST - 1),
    { label: 'More', value: `${facts.length - MOST + 1} are not shown`, tone: 'info' },
  ];
}
