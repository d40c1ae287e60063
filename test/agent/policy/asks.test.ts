import { expect, test } from 'vitest';
import { asksOf } from '#src/agent/policy/asks.ts';
import type { Rule } from '#src/agent/policy/rule.ts';
import { createPolicy } from '#src/agent/policy.ts';
import type { Risk } from '#src/operation/risk.ts';
import { Asks } from '#src/wire/asks.ts';

const rule = (more: Partial<Rule> = {}): Rule => ({ operations: ['*'], targets: ['*'], operators: ['*'], ...more });
const TWO = { proof: 'stepup', approvers: 2, selfApproval: true, reason: true } as const;
const HUB = { proof: 'hub', approvers: 0, selfApproval: false, reason: false } as const;
const crowd = Array.from({ length: 201 }, (_, index) => index + 1);

test.each<[string, Rule, { risk: Risk; environment: string }, Asks | undefined]>([
  ['nothing on stage', rule(), { risk: 'change', environment: 'stage' }, undefined],
  [
    'nothing, but of those it names',
    rule({ operators: [7] }),
    { risk: 'change', environment: 'dev' },
    { ...HUB, by: [7] },
  ],
  [
    'one more person for what is critical, wherever it is',
    rule({ require: { ...HUB, reason: true } }),
    { risk: 'critical', environment: 'dev' },
    { ...HUB, approvers: 1, reason: true, by: '*' },
  ],
  ['nothing of a read', rule(), { risk: 'read', environment: 'prod' }, undefined],
  ["the hub's proof on prod", rule(), { risk: 'change', environment: 'prod' }, { ...HUB, by: '*' }],
  ['what it says, of anybody', rule({ require: TWO }), { risk: 'change', environment: 'dev' }, { ...TWO, by: '*' }],
  [
    'what it says, of those it names',
    rule({ require: TWO, operators: [7, 8] }),
    { risk: 'change', environment: 'prod' },
    { ...TWO, by: [7, 8] },
  ],
  [
    'anybody, also when it names some besides',
    rule({ require: TWO, operators: [7, '*'] }),
    { risk: 'change', environment: 'dev' },
    { ...TWO, by: '*' },
  ],
  [
    'the yes of those whom it names for that, whoever may ask',
    rule({ require: { ...TWO, by: [9] }, operators: [7, 8] }),
    { risk: 'change', environment: 'prod' },
    { ...TWO, by: [9] },
  ],
  ['more people than can be named', rule({ operators: crowd }), { risk: 'change', environment: 'prod' }, HUB],
])('a rule asks for %s', (_, asked, about, expected) => {
  const asks = asksOf(asked, about);
  expect(asks).toEqual(expected);
  if (asks) expect(Asks.parse(asks)).toEqual(expected);
});

test('the yes of nobody but those whom a rule names for that is counted', () => {
  const require = { ...HUB, approvers: 1, by: [9] };
  const policy = createPolicy({ node: 'alpha', environment: 'stage', rules: [rule({ require, operators: [7, 8] })] });
  const plan = 'a'.repeat(64);
  const decide = (operator: number, approver: number) =>
    policy.decide({
      ...{ operation: 'vault_share', target: 'main', operator, risk: 'critical', at: 0, admitted: () => 0 },
      evidence: { plan, approvals: [{ operator: approver, plan, at: 0 }], stepups: [], reason: undefined },
    });
  expect(decide(7, 9).allowed, 'who may not ask may approve').toBe(true);
  expect(decide(7, 8)).toMatchObject({ allowed: false, why: 'approvers' });
  expect(decide(9, 9)).toMatchObject({ allowed: false, why: 'no rule' });
});
