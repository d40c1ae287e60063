import { createHash } from 'node:crypto';
import { formatDuration } from '#src/kit/duration.ts';
import type { Risk } from '#src/operation/risk.ts';
import type { Asks } from '#src/wire/asks.ts';
import type { Party } from '#src/wire/seal.ts';
import { asksOf } from './policy/asks.ts';
import type { Evidence, Missing } from './policy/evidence.ts';
import { isSelfApproved, missing, requireOf } from './policy/evidence.ts';
import { hoursText, isWithin } from './policy/hours.ts';
import type { Rule } from './policy/rule.ts';

/** What is asked of the policy. */
export interface Question {
  operation: string;
  /** Undefined for operations that have none: only a rule for the targets `*` is about them. */
  target: string | undefined;
  operator: number;
  /** What the operation can do. */
  risk: Risk;
  /** The proof that the operation takes whatever the rule says. */
  proof?: 'stepup' | undefined;
  /** Undefined while there is only a plan: it is judged by all that needs no proof. */
  evidence: Evidence | undefined;
  /** ms since 1970. */
  at: number;
  /** How often work of this operator was begun under a rule (by its key) since a time in ms since 1970. */
  admitted: (rule: string, since: number) => number;
}

/** The rule that decided: its number in the list from 1, and a key that stays the same while it is about the same things. */
export interface Deciding {
  number: number;
  key: string;
  rule: Rule;
}

/** Yes, with what the rule asks for (nothing: undefined) and whether the one who asks gave a yes that it asks for, or no with the reason as a sentence and as a word for programs. */
export type Decision =
  | { allowed: true; by: Deciding; asks: Asks | undefined; selfApproved: boolean }
  | {
      allowed: false;
      by: Deciding | undefined;
      why: 'no rule' | 'name' | 'hours' | 'rate' | 'file' | Missing;
      sentence: string;
    };

/** What a node accepts, whatever the hub says. */
export interface Policy {
  /** The first rule that is about operation, target and operator decides; what none is about is refused. */
  decide(question: Question): Decision;
  /** SHA-256 (hex, 16 characters) of the rules in effect, so that drift is visible. */
  readonly hash: string;
  /** So many rules are in effect. */
  readonly size: number;
  /** Whose proofs by step-up count here. */
  readonly approver: Party | undefined;
}

/** The policy of some rules; none at all refuses everything. `where` says where they are changed. */
export function createPolicy(of: {
  node: string;
  environment: string;
  rules: readonly Rule[];
  approver?: Party | undefined;
  where?: string;
}): Policy {
  const { node, environment, approver, where = 'under node.policy' } = of;
  const rules = of.rules.map((rule, index): Deciding => ({ number: index + 1, key: keyOf(rule), rule }));

  const objection = ({ rule, key, number }: Deciding, question: Question): Omit<Refused, 'by'> | undefined => {
    const what = whatOf(question);
    const me = `Rule ${number} of the policy of ${node}`;
    if (rule.hours && !isWithin(rule.hours, question.at))
      return no('hours', `${me} allows ${what} from ${hoursText(rule.hours)}. Ask again then.`);
    if (rule.rate && question.admitted(key, question.at - rule.rate.per) >= rule.rate.max)
      return no(
        'rate',
        `${me} allows ${what} to you ${rule.rate.max} times in ${formatDuration(rule.rate.per)}, and that is used up. Ask again later.`,
      );
    const require = requireOf(rule, { ...question, environment });
    if (require?.proof === 'stepup' && !approver)
      return no(
        'stepup',
        `${me} asks for a proof by step-up, and no approver is named there who could give it. Nothing was done; write approver: into the policy file of ${node} (see node.policyFile in docs/configuration.md).`,
      );
    const lack = require && question.evidence && missing(require, question.evidence, { rule, ...question });
    return (
      lack &&
      no(lack.what, `${me} asks for ${lack.words}. Nothing was done; the rule is changed on the node, ${where}.`)
    );
  };

  const unclear = ({ number }: Deciding, { target }: Question): string =>
    `Rule ${number} of the policy of ${node} may mean ${target}: it names a target that differs from it by the engine alone. Name ${target} in that rule or above it. It is changed on the node, ${where}.`;

  return {
    size: rules.length,
    approver,
    hash: digest(approver ? { rules: of.rules, approver } : of.rules),
    decide(question) {
      const by = rules.find(({ rule }) => isAbout(rule, question));
      if (!by) {
        const sentence = `The policy of ${node} does not allow ${whatOf(question)} to you. It is changed on the node, ${where}.`;
        return { ...no('no rule', sentence), by };
      }
      const rival = rules.find(({ rule }) => isPerhapsAbout(rule, question));
      if (rival && rival.number < by.number) return { ...no('name', unclear(rival, question)), by };
      const objected = objection(by, question);
      if (objected) return { ...objected, by };
      const about = { ...question, environment };
      const require = requireOf(by.rule, about);
      const selfApproved =
        require !== undefined &&
        question.evidence !== undefined &&
        isSelfApproved(require, question.evidence, { rule: by.rule, ...question });
      return { allowed: true, by, asks: asksOf(by.rule, about), selfApproved };
    },
  };
}

type Refused = Extract<Decision, { allowed: false }>;

function no(why: Refused['why'], sentence: string): Omit<Refused, 'by'> {
  return { allowed: false, why, sentence };
}

function isAbout(rule: Rule, { operation, target, operator }: Question): boolean {
  return has(rule.operations, operation) && hasTarget(rule.targets, target) && has(rule.operators, operator);
}

// A workload is called `engine/name` as long as two engines have that name: the same one goes by both names, in turn.
function isPerhapsAbout(rule: Rule, question: Question): boolean {
  const { target } = question;
  if (target === undefined) return false;
  const hasEngine = target.includes('/');
  const targets = rule.targets.filter((each) => each.includes('/') !== hasEngine && each !== '*');
  return isAbout({ ...rule, targets: targets.map(withoutEngine) }, { ...question, target: withoutEngine(target) });
}

function withoutEngine(target: string): string {
  return target.slice(target.indexOf('/') + 1);
}

function has<T>(list: readonly (T | '*')[], value: T): boolean {
  return list.includes('*') || list.includes(value);
}

function hasTarget(targets: readonly string[], target: string | undefined): boolean {
  if (targets.includes('*')) return true;
  if (target === undefined) return false;
  return targets.some((each) => (each.endsWith('*') ? target.startsWith(each.slice(0, -1)) : each === target));
}

function whatOf({ operation, target }: Question): string {
  return target === undefined ? operation : `${operation} of ${target}`;
}

// What it is about, not what it asks for: a rate that is changed goes on counting what was done before.
function keyOf({ operations, targets, operators }: Rule): string {
  return digest({ operations, targets, operators });
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}
