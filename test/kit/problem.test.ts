import { describe, expect, test } from 'vitest';
import { Problem, sentenceOf } from '#src/kit/problem.ts';

describe('a Problem', () => {
  test('carries its code, sentence, cause, evidence and facts', () => {
    const cause = new Error('ECONNREFUSED');
    const facts = [{ label: 'Share', value: 'away' }];
    const problem = new Problem('unreachable', 'It is away.', { cause, evidence: 'last line', facts });
    expect({ ...problem, message: problem.message, cause: problem.cause }).toEqual({
      name: 'Problem',
      code: 'unreachable',
      message: 'It is away.',
      cause,
      evidence: 'last line',
      facts,
    });
  });

  test('has no cause when none is given', () => {
    expect('cause' in new Problem('x', 'y')).toBe(false);
    expect('cause' in new Problem('x', 'y', { cause: undefined })).toBe(false);
  });

  test('is an Error with a stack, for the log', () => {
    const problem = new Problem('x', 'y');
    expect(problem).toBeInstanceOf(Error);
    expect(problem.stack).toContain('problem.test.ts');
  });
});

describe('the sentence for anything thrown', () => {
  test.each<[string, unknown, string]>([
    ["a Problem's own words, all of them", new Problem('x', 'One.\nTwo.'), 'One.\nTwo.'],
    ["a bug's first line", new TypeError('a is undefined\n    at secret/path.ts'), 'a is undefined'],
    ['a long bug, cut', new Error('x'.repeat(500)), 'x'.repeat(300)],
    ['a bug without words', new Error(''), 'unknown error'],
    ['a string', 'boom', 'boom'],
    ['nothing', undefined, 'undefined'],
    ['an object', { a: 1 }, '[object Object]'],
  ])('%s', (_, thrown, sentence) => {
    expect(sentenceOf(thrown)).toBe(sentence);
  });
});
