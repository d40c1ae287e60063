import { expect, test } from 'vitest';
import { asksOf } from '#src/agent/policy/asks.ts';
import type { Rule } from '#src/agent/policy/rule.ts';
import { Asks } from '#src/wire/asks.ts';

const rule = (more: Partial<Rule> = {}): Rule => ({ operations: ['*'], targets: ['*'], operators: ['*'], ...more });
const TWO = { proof: 'stepup', approvers: 2, selfApproval: true, reason: true } as const;
const HUB = { proof: 'hub', approvers: 0, selfApproval: false, reason: false } as const;
const crowd = Array.from({ length: 201 }, (_, index) => index + 1);

test.each<[string, Rule, { changes: boolean; environment: string }, Asks | undefined]>([
  ['nothing on stage', rule(), { changes: true, environment: 'stage' }, undefined],
  [
    'nothing, but of those it names',
    rule({ operators: [7] }),
    { changes: true, environment: 'dev' },
    { ...HUB, by: [7] },
  ],
  ['nothing of a read', rule(), { changes: false, environment: 'prod' }, undefined],
  ["the hub's proof on prod", rule(), { changes: true, environment: 'prod' }, { ...HUB, by: '*' }],
  ['what it says, of anybody', rule({ require: TWO }), { changes: true, environment: 'dev' }, { ...TWO, by: '*' }],
  [
    'what it says, of those it names',
    rule({ require: TWO, operators: [7, 8] }),
    { changes: true, environment: 'prod' },
    { ...TWO, by: [7, 8] },
  ],
  [
    'anybody, also when it names some besides',
    rule({ require: TWO, operators: [7, '*'] }),
    { changes: true, environment: 'dev' },
    { ...TWO, by: '*' },
  ],
  ['more people than can be named', rule({ operators: crowd }), { changes: true, environment: 'prod' }, HUB],
])('a rule asks for %s', (_, asked, about, expected) => {
  const asks = asksOf(asked, about);
  expect(asks).toEqual(expected);
  if (asks) expect(Asks.parse(asks)).toEqual(expected);
});
