import type { Asks } from '#src/wire/asks.ts';
import type { About } from './evidence.ts';
import { requireOf } from './evidence.ts';
import type { Rule } from './rule.ts';

/** So many people are named to the hub; a rule for more leaves them out, and the agent looks when the order comes. */
const MAX_NAMED = 200;

const NOTHING: Asks = { proof: 'hub', approvers: 0, selfApproval: false, reason: false };

/** What a rule asks for, as it is told to the hub with a plan; undefined when it asks for nothing and is about everybody. */
export function asksOf(rule: Rule, about: About): Asks | undefined {
  const require = requireOf(rule, about);
  if (require?.by) return { ...require, by: require.by };
  const named = rule.operators.filter((one) => one !== '*');
  if (named.length < rule.operators.length) return require && { ...require, by: '*' as const };
  // Who is named matters also where the rule itself asks for nobody: the hub may.
  const asked = require ?? NOTHING;
  return named.length > MAX_NAMED ? asked : { ...asked, by: named };
}
