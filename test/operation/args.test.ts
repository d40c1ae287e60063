import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Problem } from '#src/kit/problem.ts';
import { Input, issueSentence, paramCards, readTokens, splitWords } from '#src/operation/args.ts';
import { duration, flag, whole, workload } from '#src/operation/params.ts';

const SCHEMA = z.strictObject({
  target: workload(),
  lines: whole(1, 1000, 40).default(40).describe('how many lines'),
  since: duration('1h').optional(),
  force: flag().describe('at once'),
});
const CARDS = paramCards(SCHEMA);

test('the parameters of a schema are described in its order', () => {
  expect(CARDS).toEqual([
    { name: 'target', flag: false, required: true, description: 'the workload', example: 'web', target: 'workload' },
    { name: 'lines', flag: false, required: false, description: 'how many lines', example: '40', target: undefined },
    { name: 'since', flag: false, required: false, description: undefined, example: '1h', target: undefined },
    { name: 'force', flag: true, required: false, description: 'at once', example: 'force', target: undefined },
  ]);
});

describe('typed words become arguments', () => {
  test.each<[string, string[], Input]>([
    ['nothing', [], {}],
    ['in the order of the parameters', ['web', '50', '2h'], { target: 'web', lines: '50', since: '2h' }],
    ['by name', ['--lines', '50', '--target', 'web'], { lines: '50', target: 'web' }],
    ['by name with =', ['--target=web', '--since=2h'], { target: 'web', since: '2h' }],
    ['a value that holds =', ['--target=a=b'], { target: 'a=b' }],
    ['an empty value', ['--target='], { target: '' }],
    ['a value of several lines', ['--target=a\nb'], { target: 'a\nb' }],
    ['a flag takes no value', ['--force', 'web'], { force: true, target: 'web' }],
    ['a flag among words', ['web', '--force', '50'], { target: 'web', force: true, lines: '50' }],
    ['named ones are left out of the order', ['--target', 'web', '50'], { target: 'web', lines: '50' }],
    ['the em dash of phones', ['web', '—lines', '50'], { target: 'web', lines: '50' }],
    ['the en dash of phones', ['web', '–lines=50'], { target: 'web', lines: '50' }],
    ['one dash is a word', ['-web'], { target: '-web' }],
    ['the last of two wins', ['--lines', '1', '--lines', '2'], { lines: '2' }],
    ['a value that looks like an option', ['--target', '--force'], { target: '--force' }],
  ])('%s', (_, tokens, input) => {
    expect(readTokens(CARDS, tokens)).toEqual(input);
  });

  test.each([
    [['a', '1', '2', 'more'], '"more" is one word too many.'],
    [['web', '--lines'], '--lines needs a value, such as 40.'],
    [['web', '--lins', '5'], 'No option --lins: did you mean --lines?'],
    [['web', '--password', 'x'], 'No option --password: there is --target, --lines, --since, --force.'],
    [['--__proto__', 'x'], 'No option --__proto__: there is --target, --lines, --since, --force.'],
    [['--constructor=x'], 'No option --constructor: there is --target, --lines, --since, --force.'],
  ])('%j is refused', (tokens, sentence) => {
    expect(() => readTokens(CARDS, tokens)).toThrow(new Problem('arguments', sentence));
  });

  test('an operation without parameters takes no word and no option', () => {
    expect(() => readTokens([], ['web'])).toThrow(new Problem('arguments', '"web" is one word too many.'));
    expect(() => readTokens([], ['--x'])).toThrow(new Problem('arguments', 'No option --x: there are none.'));
  });
});

describe('what was typed is split into words', () => {
  test.each<[string, string[]]>([
    ['', []],
    ['   ', []],
    [' alpha   web ', ['alpha', 'web']],
    ['alpha\nweb\tx', ['alpha', 'web', 'x']],
    ['"two words" one', ['two words', 'one']],
    ['“two words”', ['two words']],
    ['„zwei Wörter“', ['zwei Wörter']],
    ['“mixed quotes"', ['mixed quotes']],
    ['""', ['']],
    ['--grep "a b"', ['--grep', 'a b']],
    ['--grep="a b"', ['--grep=a b']],
    ['—grep=“a b” web', ['—grep=a b', 'web']],
    ['"never closed', ['"never', 'closed']],
    ["it's", ["it's"]],
    ['a\u00a0b', ['a', 'b']],
  ])('%j', (text, words) => {
    expect(splitWords(text)).toEqual(words);
  });
});

describe('a refused schema is told in one sentence', () => {
  const STRICT = z.strictObject({ target: workload(), lines: whole(1, 9, 5), more: z.strictObject({ x: z.string() }) });
  const GOOD = { target: 'web', lines: '3', more: { x: 'y' } };
  test.each<[string, object, string]>([
    ['a missing one', { ...GOOD, target: undefined }, 'target is missing.'],
    [
      'one of the wrong form',
      { ...GOOD, target: '-web' },
      'target: a name has letters, digits, "-", "_" or "." and begins with a letter or digit; its engine may stand before it, as in podman/web.',
    ],
    ['one out of range', { ...GOOD, lines: '10' }, 'lines: write a whole number from 1 to 9.'],
    ['one deep inside', { ...GOOD, more: {} }, 'more.x is missing.'],
    ['one that is not known', { ...GOOD, extra: 1, other: 2 }, 'There is no argument "extra", "other" here.'],
  ])('%s', (_, input, sentence) => {
    const { error } = STRICT.safeParse(input, { reportInput: true });
    expect(error && issueSentence(error)).toBe(sentence);
  });

  test('something that is no object at all', () => {
    const { error } = z.string().safeParse(5, { reportInput: true });
    expect(error && issueSentence(error)).toBe('argument: Invalid input: expected string, received number.');
  });
});

describe('arguments in an order', () => {
  test.each<[string, unknown, boolean]>([
    ['texts and switches', { target: 'web', force: true }, true],
    ['none', {}, true],
    ['a number', { lines: 5 }, false],
    ['a list', { target: ['web'] }, false],
    ['nothing', { target: null }, false],
    ['a text of 200', { target: 'x'.repeat(200) }, true],
    ['a text of 201', { target: 'x'.repeat(201) }, false],
    ['a name of 33', { ['n'.repeat(33)]: 'x' }, false],
  ])('%s', (_, input, good) => {
    expect(Input.safeParse(input).success).toBe(good);
  });
});
