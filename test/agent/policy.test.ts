import { describe, expect, test } from 'vitest';
import type { Rule } from '#src/agent/policy/rule.ts';
import { Rule as RuleSchema } from '#src/agent/policy/rule.ts';
import type { Question } from '#src/agent/policy.ts';
import { createPolicy } from '#src/agent/policy.ts';

const rule = (rule: Partial<Rule>): Rule => ({ operations: ['*'], targets: ['*'], operators: ['*'], ...rule });
type Asked = Pick<Question, 'operation' | 'target' | 'operator'>;

/** The policy of a node that is not prod. */
function policyOf(rules: Rule[]) {
  const policy = createPolicy({ node: 'alpha', environment: 'dev', rules });
  return {
    hash: policy.hash,
    refusal(asked: Asked) {
      const decision = policy.decide({
        ...asked,
        risk: 'change' as const,
        evidence: undefined,
        at: 0,
        admitted: () => 0,
      });
      return decision.allowed ? undefined : decision.sentence;
    },
  };
}

const no = (what: string) =>
  `The policy of alpha does not allow ${what} to you. It is changed on the node, under node.policy.`;

describe('what no rule allows is refused', () => {
  test('with a sentence that says what, where, and how to change it', () => {
    const policy = policyOf([]);
    expect(policy.refusal({ operation: 'restart', target: 'web', operator: 7 })).toBe(no('restart of web'));
    expect(policy.refusal({ operation: 'health', target: undefined, operator: 7 })).toBe(no('health'));
  });

  test('also when two rules would allow it only together', () => {
    const policy = policyOf([
      rule({ operations: ['restart'], targets: ['demo'] }),
      rule({ operations: ['logs'], targets: ['web'] }),
    ]);
    expect(policy.refusal({ operation: 'restart', target: 'web', operator: 7 })).toBe(no('restart of web'));
  });

  test.each(['restart_all', 'Restart', 'restart ', 'rest', '*', ''])('names are compared whole: %j', (operation) => {
    const policy = policyOf([rule({ operations: ['restart'] })]);
    expect(policy.refusal({ operation, target: 'web', operator: 7 })).toBe(no(`${operation} of web`));
  });
});

describe('every rule, question by question, agrees with the table', () => {
  const OPERATIONS = ['restart', 'logs', 'health', 'prune'];
  const TARGETS = ['web', 'demo', undefined];
  const OPERATORS = [7, 8, 70];
  const RULES: Rule[] = [['restart'], ['logs', 'health'], ['*']].flatMap((operations) =>
    [['web'], ['demo', 'db'], ['*']].flatMap((targets) =>
      ([[7], [8, 70], ['*']] as Rule['operators'][]).map((operators) => ({ operations, targets, operators })),
    ),
  );
  const QUESTIONS: Asked[] = OPERATIONS.flatMap((operation) =>
    TARGETS.flatMap((target) => OPERATORS.map((operator) => ({ operation, target, operator }))),
  );

  /** Written another way on purpose: what may be asked is listed out, then looked up. */
  const all = <T>(list: readonly (T | '*')[], of: readonly T[]) => (list.includes('*') ? of : (list as readonly T[]));
  const allowedBy = ({ operations, targets, operators }: Rule): string[] =>
    all(operations, OPERATIONS).flatMap((operation) =>
      [...all(targets, ['web', 'demo']), ...(targets.includes('*') ? [undefined] : [])].flatMap((target) =>
        all(operators, OPERATORS).map((operator) => `${operation} ${target} ${operator}`),
      ),
    );
  const disagreements = (rules: Rule[]) => {
    const policy = policyOf(rules);
    const allowed = new Set(rules.flatMap(allowedBy));
    return QUESTIONS.filter(
      (question) =>
        (policy.refusal(question) === undefined) !==
        allowed.has(`${question.operation} ${question.target} ${question.operator}`),
    );
  };

  test('one rule alone', () => {
    expect(RULES.flatMap((each) => disagreements([each]))).toEqual([]);
  });

  test('two rules together', () => {
    expect(RULES.flatMap((one) => RULES.flatMap((two) => disagreements([one, two])))).toEqual([]);
  });
});

describe('the first rule that is about it decides', () => {
  test('so a wider rule below takes nothing back from a tighter one above', () => {
    const tight = rule({ targets: ['db'], hours: { from: '00:00', to: '00:01', timezone: 'UTC' } });
    const policy = policyOf([tight, rule({})]);
    const later = { operation: 'restart', operator: 7, risk: 'change' as const, evidence: undefined, at: 60_000 };
    const whole = createPolicy({ node: 'alpha', environment: 'dev', rules: [tight, rule({})] });
    expect(whole.decide({ ...later, target: 'db', admitted: () => 0 })).toMatchObject({
      why: 'hours',
      by: { number: 1 },
    });
    expect(whole.decide({ ...later, target: 'web', admitted: () => 0 })).toMatchObject({ by: { number: 2 } });
    expect(policy.refusal({ operation: 'restart', target: 'db', operator: 7 })).toBeUndefined();
  });

  test('a rule for some targets is not about operations that have none', () => {
    const asked = { operation: 'prune', target: undefined, operator: 7 };
    expect(policyOf([rule({ targets: ['web'] })]).refusal(asked)).toBe(no('prune'));
    expect(policyOf([rule({ targets: ['web*'] })]).refusal(asked)).toBe(no('prune'));
    expect(policyOf([rule({})]).refusal(asked)).toBeUndefined();
  });

  test.each<[string, boolean]>([
    ['web', true],
    ['web-2', true],
    ['webshop', true],
    ['we', false],
    ['my-web', false],
    ['Web', false],
    ['podman/web', false],
  ])('the targets web* have %s in them: %s', (target, within) => {
    const refusal = policyOf([rule({ targets: ['web*'] })]).refusal({ operation: 'restart', target, operator: 7 });
    expect(refusal === undefined).toBe(within);
  });
});

describe('a rule in the configuration', () => {
  test('that names only operations is for every target and person', () => {
    expect(RuleSchema.parse({ operations: ['health'] })).toEqual(rule({ operations: ['health'] }));
  });

  test.each<[string, object]>([
    ['without operations', {}],
    ['with none', { operations: [] }],
    ['with no targets', { operations: ['*'], targets: [] }],
    ['with no operators', { operations: ['*'], operators: [] }],
    ['with a person by name', { operations: ['*'], operators: ['@ada'] }],
    ['with a person as text', { operations: ['*'], operators: ['7'] }],
    ['with a group as a person', { operations: ['*'], operators: [-100] }],
    ['with an operation that no command could be', { operations: ['re start'] }],
    ['with a pattern that is more than a beginning', { operations: ['*'], targets: ['w*b'] }],
    ['with a path as a target', { operations: ['*'], targets: ['../web'] }],
    ['with four approvers', { operations: ['*'], require: { approvers: 4 } }],
    ['with a proof that nobody knows', { operations: ['*'], require: { proof: 'sms' } }],
    ['with a role', { operations: ['*'], roles: ['admin'] }],
    ['with a rate of none', { operations: ['*'], rate: { max: 0, per: '1h' } }],
    ['with a rate over no time', { operations: ['*'], rate: { max: 1, per: '1ms' } }],
    ['with hours of no length', { operations: ['*'], hours: { from: '08:00', to: '08:00' } }],
    ['with hours that are none', { operations: ['*'], hours: { from: '8', to: '25:00' } }],
    [
      'with a time zone that is none',
      { operations: ['*'], hours: { from: '08:00', to: '09:00', timezone: 'Mars/Base' } },
    ],
    ['with a misspelt key', { operations: ['*'], target: ['web'] }],
    ['with a single word', { operations: 'restart' }],
  ])('%s is refused', (_, wrong) => {
    expect(RuleSchema.safeParse(wrong).success).toBe(false);
  });
});

describe('the hash of a policy', () => {
  test('is 16 hex characters, the same for the same rules on any node', () => {
    const { hash } = policyOf([rule({})]);
    expect(hash).toMatch(/^[0-9a-f]{16}$/);
    expect(createPolicy({ node: 'beta', environment: 'prod', rules: [rule({})] }).hash).toBe(hash);
  });

  test('changes with each part of a rule and with their number', () => {
    const all = [
      [],
      [rule({})],
      [rule({}), rule({})],
      [rule({ operations: ['restart'] })],
      [rule({ targets: ['web'] })],
      [rule({ operators: [7] })],
    ].map((rules) => policyOf(rules).hash);
    expect(new Set(all).size).toBe(all.length);
  });
});

describe('a name that was given its engine, or lost it, is not judged by a wider rule instead of a tighter one', () => {
  const tight = (...targets: string[]) => rule({ targets, operators: [7] });
  const mend = (number: number, target: string) =>
    `Rule ${number} of the policy of alpha may mean ${target}: it names a target that differs from it by the engine alone. Name ${target} in that rule or above it. It is changed on the node, under node.policy.`;

  test.each([
    [[tight('db'), rule({})], 'process/db', mend(1, 'process/db')],
    [[tight('d*'), rule({})], 'podman/db', mend(1, 'podman/db')],
    [[rule({ operations: ['logs'] }), tight('podman/db'), rule({})], 'db', mend(2, 'db')],
    [[tight('podman/d*'), rule({})], 'db', mend(1, 'db')],
    [[tight('db', 'process/db'), rule({})], 'process/db', undefined],
    [[tight('podman/db'), rule({ targets: ['process/db'] })], 'process/db', undefined],
    [[rule({}), tight('db')], 'process/db', undefined],
    [[tight('db')], 'process/db', no('restart of process/db')],
    [[tight('web'), rule({})], 'process/db', undefined],
    [[tight('process/web'), rule({})], 'db', undefined],
  ])('%#: %j', (rules, target, refusal) => {
    expect(policyOf(rules).refusal({ operation: 'restart', target, operator: 7 })).toBe(refusal);
  });
});
