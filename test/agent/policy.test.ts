import { describe, expect, test } from 'vitest';
import type { Question, Rule } from '#src/agent/policy.ts';
import { createPolicy, Rule as RuleSchema } from '#src/agent/policy.ts';

const rule = (rule: Partial<Rule>): Rule => ({ operations: ['*'], targets: ['*'], operators: ['*'], ...rule });
const no = (what: string) =>
  `The policy of alpha does not allow ${what} to you. It is changed on the node, under node.policy.`;

describe('what no rule allows is refused', () => {
  test('with a sentence that says what, where, and how to change it', () => {
    const policy = createPolicy('alpha', []);
    expect(policy.refusal({ operation: 'restart', target: 'web', operator: 7 })).toBe(no('restart of web'));
    expect(policy.refusal({ operation: 'health', target: undefined, operator: 7 })).toBe(no('health'));
  });

  test('also when two rules would allow it only together', () => {
    const policy = createPolicy('alpha', [
      rule({ operations: ['restart'], targets: ['demo'] }),
      rule({ operations: ['logs'], targets: ['web'] }),
    ]);
    expect(policy.refusal({ operation: 'restart', target: 'web', operator: 7 })).toBe(no('restart of web'));
  });

  test.each(['restart_all', 'Restart', 'restart ', 'rest', '*', ''])('names are compared whole: %j', (operation) => {
    const policy = createPolicy('alpha', [rule({ operations: ['restart'] })]);
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
  const QUESTIONS: Question[] = OPERATIONS.flatMap((operation) =>
    TARGETS.flatMap((target) => OPERATORS.map((operator) => ({ operation, target, operator }))),
  );

  /** Written another way on purpose: what may be asked is listed out, then looked up. */
  const all = <T>(list: readonly (T | '*')[], of: readonly T[]) => (list.includes('*') ? of : (list as readonly T[]));
  const allowedBy = ({ operations, targets, operators }: Rule): string[] =>
    all(operations, OPERATIONS).flatMap((operation) =>
      [...all(targets, ['web', 'demo']), undefined].flatMap((target) =>
        all(operators, OPERATORS).map((operator) => `${operation} ${target} ${operator}`),
      ),
    );
  const disagreements = (rules: Rule[]) => {
    const policy = createPolicy('alpha', rules);
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
    ['with a misspelt key', { operations: ['*'], target: ['web'] }],
    ['with a single word', { operations: 'restart' }],
  ])('%s is refused', (_, wrong) => {
    expect(RuleSchema.safeParse(wrong).success).toBe(false);
  });
});

describe('the hash of a policy', () => {
  test('is 16 hex characters, the same for the same rules on any node', () => {
    const { hash } = createPolicy('alpha', [rule({})]);
    expect(hash).toMatch(/^[0-9a-f]{16}$/);
    expect(createPolicy('beta', [rule({})]).hash).toBe(hash);
  });

  test('changes with each part of a rule and with their number', () => {
    const all = [
      [],
      [rule({})],
      [rule({}), rule({})],
      [rule({ operations: ['restart'] })],
      [rule({ targets: ['web'] })],
      [rule({ operators: [7] })],
    ].map((rules) => createPolicy('alpha', rules).hash);
    expect(new Set(all).size).toBe(all.length);
  });
});
