import { describe, expect, test } from 'vitest';
import { MAX_BYTES } from '#src/agent/policy/guard.ts';
import { readPolicyText } from '#src/agent/policy/text.ts';

const read = (text: string) => readPolicyText('/etc/nightguard/policy.yaml', text);
const KEY = `ng1.${'a'.repeat(43)}.${'b'.repeat(43)}`;

test('the rules of a file are those of the list in the configuration', () => {
  expect(
    read('rules:\n  - operations: [restart]\n    targets: [web*]\n    require: { proof: stepup }\n').rules,
  ).toEqual([
    {
      operations: ['restart'],
      targets: ['web*'],
      operators: ['*'],
      require: { proof: 'stepup', approvers: 0, selfApproval: false, reason: false },
    },
  ]);
  expect(read('rules: []')).toEqual({ rules: [] });
  expect(read(`rules: []\napprover: { name: vault, key: ${KEY} }`).approver).toEqual({ name: 'vault', key: KEY });
});

describe('what means more than it says is refused', () => {
  test.each<[string, string, string]>([
    ['a key twice', 'rules: []\nrules: []', 'Map keys must be unique'],
    ['a key twice in a rule', 'rules: [{ operations: [a], operations: [b] }]', 'Map keys must be unique'],
    ['an alias', 'rules:\n  - operations: &all [a]\n  - operations: *all', 'Alias resolution is disabled'],
    ['an alias bomb', 'a: &a [x, x]\nb: &b [*a, *a, *a]\nrules: [*b, *b, *b]', 'Alias resolution is disabled'],
    ['a merge', 'rules: [{ <<: { operations: ["*"] } }]', 'there is no key <<'],
    ['a tag', 'rules: !!python/object []', 'Unresolved tag'],
    ['two documents', 'rules: []\n---\nrules: []', 'multiple documents'],
    ['nothing', '', 'the file: '],
    ['a bare list', '- operations: [a]', 'the file: '],
    ['a key that nobody knows', 'rules: []\nremote: true', 'there is no key remote here'],
    ['an approver without a key', 'rules: []\napprover: { name: vault }', 'approver key: '],
    [
      'an approver with half a key',
      `rules: []\napprover: { name: vault, key: ng1.${'a'.repeat(43)} }`,
      'approver key: ',
    ],
    ['a rule without operations', 'rules: [{ targets: [web] }]', 'rules 1 operations: '],
    [
      'a time that YAML takes for a number',
      'rules: [{ operations: [a], hours: { from: 8, to: 9 } }]',
      'rules 1 hours from: ',
    ],
    ['too many rules', `rules: [${'{ operations: [a] },'.repeat(201)}]`, 'rules: '],
  ])('%s', (_, text, words) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({ code: 'policy', message: expect.stringContaining(words) }),
    );
  });
});

test('the worst texts of the greatest size are refused in bounded time', () => {
  const full = (piece: (at: number) => string) => {
    let text = '';
    for (let at = 0; text.length + 8 < MAX_BYTES; at += 1) text += piece(at);
    return text;
  };
  const worst = [
    full(() => '['),
    full(() => '{a: '),
    full(() => '- '),
    full(() => '? '),
    full(() => '&a '),
    full(() => '[\n'),
    full((at) => `k${at}:\n`),
    `{${full((at) => `k${at},`)}}`,
    full(() => '\t'),
    full(() => '!!a '),
    `a: &a [x]\nrules: [${full(() => '*a,')}]`,
  ];
  for (const text of worst) {
    const began = performance.now();
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'policy' }));
    expect(performance.now() - began).toBeLessThan(10_000);
  }
});
