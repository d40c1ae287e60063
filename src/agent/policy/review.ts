import type { Catalog } from '#src/catalog.ts';
import type { Card } from '#src/operation/define.ts';
import type { Rule } from './rule.ts';

/** What is odd about rules that hold: what was hardly meant, and what nobody may do. */
export interface Review {
  /** Rules (by number) that never decide, each with the one above it that always comes first. */
  unreachable: { rule: number; behind: number }[];
  /** Names of operations that this release does not have. */
  unknown: { rule: number; operation: string }[];
  /** Rules (by number) that name an operation without a target, and are about some targets only. */
  targetless: { rule: number; operation: string }[];
  /** Operations that no rule allows. */
  denied: string[];
}

/** Looks through the rules of a policy beside the operations there are. */
export function reviewRules(rules: readonly Rule[], catalog: Catalog): Review {
  const numbered = rules.map((rule, index) => ({ rule, number: index + 1 }));
  const cards = [...catalog.values()];
  const named = numbered.flatMap(({ rule, number }) =>
    rule.operations.filter((name) => name !== '*').map((operation) => ({ rule, number, operation })),
  );
  return {
    unreachable: numbered.flatMap(({ rule, number }) => {
      const behind = numbered.find((above) => above.number < number && covers(above.rule, rule));
      return behind ? [{ rule: number, behind: behind.number }] : [];
    }),
    unknown: named
      .filter(({ operation }) => !catalog.has(operation))
      .map(({ number, operation }) => ({ rule: number, operation })),
    targetless: named
      .filter(({ rule, operation }) => !rule.targets.includes('*') && targetOf(catalog.get(operation)) === 'none')
      .map(({ number, operation }) => ({ rule: number, operation })),
    denied: cards.filter((card) => !rules.some((rule) => mayAllow(rule, card))).map(({ name }) => name),
  };
}

/** Whether an operation has a target, and whether it can do without. */
export function targetOf(card: Card | undefined): 'none' | 'optional' | 'required' {
  const param = card?.params.find(({ target }) => target !== undefined);
  return param ? (param.required ? 'required' : 'optional') : 'none';
}

function mayAllow({ operations, targets }: Rule, card: Card): boolean {
  return holds(operations, card.name) && (targetOf(card) !== 'none' || targets.includes('*'));
}

function covers(above: Rule, below: Rule): boolean {
  return (
    below.operations.every((one) => holds(above.operations, one)) &&
    below.operators.every((one) => holds(above.operators, one)) &&
    below.targets.every((one) => above.targets.some((wide) => coversTarget(wide, one)))
  );
}

function holds<T>(list: readonly (T | '*')[], one: T | '*'): boolean {
  return list.includes('*') || list.includes(one);
}

function coversTarget(wide: string, one: string): boolean {
  return wide === one || (wide.endsWith('*') && one.startsWith(wide.slice(0, -1)));
}
