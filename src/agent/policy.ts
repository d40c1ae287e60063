import { createHash } from 'node:crypto';
import { z } from 'zod';

const all = z.literal('*');
const listOf = <T extends z.ZodType>(item: T) => z.array(z.union([all, item])).min(1);

/** One thing a node allows: these operations, on these targets, asked for by these people (numeric Telegram ids). `*` stands for any. */
export const Rule = z.strictObject({
  operations: listOf(z.string()),
  targets: listOf(z.string()).default(['*']),
  operators: listOf(z.number().int().positive()).default(['*']),
});
export type Rule = z.infer<typeof Rule>;

/** What is asked of the policy. `target` is undefined for operations that have none. */
export interface Question {
  operation: string;
  target: string | undefined;
  operator: number;
}

/** What a node accepts, whatever the hub says. */
export interface Policy {
  /** The reason for a no as a sentence; undefined is a yes. What no rule allows is refused. */
  refusal(question: Question): string | undefined;
  /** SHA-256 (hex, 16 characters) of the rules, so that drift is visible. */
  hash: string;
}

/** The policy of some rules; none at all refuses everything. */
export function createPolicy(node: string, rules: readonly Rule[]): Policy {
  const allows = (rule: Rule, { operation, target, operator }: Question) =>
    has(rule.operations, operation) &&
    (target === undefined || has(rule.targets, target)) &&
    has(rule.operators, operator);
  return {
    refusal(question) {
      if (rules.some((rule) => allows(rule, question))) return undefined;
      const what = question.target === undefined ? question.operation : `${question.operation} of ${question.target}`;
      return `The policy of ${node} does not allow ${what} to you. It is changed on the node, under node.policy.`;
    },
    hash: createHash('sha256').update(JSON.stringify(rules)).digest('hex').slice(0, 16),
  };
}

function has<T>(list: readonly (T | '*')[], value: T): boolean {
  return list.includes('*') || list.includes(value);
}
