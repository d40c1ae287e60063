import type { About } from '#src/agent/policy/evidence.ts';
import { requireOf } from '#src/agent/policy/evidence.ts';
import { hoursText } from '#src/agent/policy/hours.ts';
import { targetOf } from '#src/agent/policy/review.ts';
import type { Require } from '#src/agent/policy/rule.ts';
import type { Decision } from '#src/agent/policy.ts';
import { createPolicy } from '#src/agent/policy.ts';
import { loadCatalog } from '#src/catalog.ts';
import { formatDuration } from '#src/kit/duration.ts';
import { Problem } from '#src/kit/problem.ts';
import type { Operation } from '#src/operation/define.ts';
import type { Risk } from '#src/operation/risk.ts';
import type { Outcome } from '../outcome.ts';
import type { Source } from './source.ts';
import { sourceOf } from './source.ts';

/** Which rule decides about an operation, a target and a person at a time (ms since 1970), and what it asks for. Throws Problem `usage`, `config` or `policy`. */
export async function explainPolicy(env: NodeJS.ProcessEnv, words: string[], at: number): Promise<Outcome> {
  const catalog = await loadCatalog();
  const [name = '', ...rest] = words;
  const operation = catalog.get(name);
  if (!operation)
    throw new Problem('usage', `There is no operation "${name}". There are: ${[...catalog.keys()].join(', ')}.`);
  const { target, operator } = readAsked(operation, rest);
  const source = await sourceOf(env);
  const { risk, proof } = operation;
  const asked = { operation: name, target, operator, risk, proof, at };
  const decision = createPolicy(source).decide({ ...asked, evidence: undefined, admitted: () => 0 });
  return decision.allowed ? yes(decision, source, { risk, proof }) : no(decision, source);
}

function readAsked(operation: Operation, rest: string[]): { target: string | undefined; operator: number } {
  const id = rest.at(-1) ?? '';
  const target = rest.length === 2 ? rest[0] : undefined;
  const has = targetOf(operation);
  const form = { none: '', optional: '[target] ', required: '<target> ' }[has];
  const wrong = target === undefined ? has === 'required' : has === 'none';
  if (rest.length > 2 || wrong || !/^[1-9]\d{0,15}$/.test(id))
    throw new Problem('usage', `Write: nightguard policy explain ${operation.name} ${form}<operator, a numeric id>`);
  return { target, operator: Number(id) };
}

function yes(
  { by }: Extract<Decision, { allowed: true }>,
  source: Source,
  asked: Pick<About, 'risk' | 'proof'>,
): Outcome {
  const require = requireOf(by.rule, { ...asked, environment: source.environment });
  const { rate, hours } = by.rule;
  const asks = [
    ...(require ? requireWords(require, asked.risk, source) : []),
    ...(rate ? [`not more than ${rate.max} times in ${formatDuration(rate.per)}; the agent counts`] : []),
    ...(hours ? [`from ${hoursText(hours)}; that is now`] : []),
  ];
  const first = `yes   Rule ${by.number} of ${source.rules.length} ${source.where} decides: the first that is about this.`;
  const lines = [first, about(by.rule), ...asks.map((line) => `      asks for ${line}`)];
  return { lines, data: { allowed: true, rule: by.number, require, rate, hours, where: source.where }, exit: 0 };
}

function no(decision: Extract<Decision, { allowed: false }>, { where }: Source): Outcome {
  const { by, why, sentence } = decision;
  const lines = [`no    ${sentence}`, ...(by ? [about(by.rule)] : [])];
  return { lines, data: { allowed: false, rule: by?.number, why, sentence, where }, exit: 2 };
}

function about({ operations, targets, operators }: { operations: string[]; targets: string[]; operators: unknown[] }) {
  return `      operations ${operations.join(', ')} · targets ${targets.join(', ')} · operators ${operators.join(', ')}`;
}

function requireWords(
  { proof, approvers, selfApproval, reason, by }: Require,
  risk: Risk,
  { approver }: Source,
): string[] {
  const self = selfApproval ? ', the one who asks may be one of them' : '';
  return [
    ...(risk === 'read' ? [] : ['a plan that was confirmed']),
    ...(proof === 'stepup'
      ? [`a proof by step-up: the code of an authenticator, as ${approver?.name ?? 'nobody'} has verified it`]
      : []),
    ...(approvers > 0 ? [`${approvers}${by ? ` of ${by.join(', ')}` : ''} who approve${self}`] : []),
    ...(reason ? ['a reason'] : []),
  ];
}
