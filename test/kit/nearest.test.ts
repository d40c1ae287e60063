import { describe, expect, test } from 'vitest';
import { distance, nearest } from '#src/kit/nearest.ts';

const NAMES = ['alpha', 'beta', 'gamma', 'delta', 'web', 'db'];

describe('the names that may have been meant', () => {
  test.each<[string, string, string[]]>([
    ['one letter wrong', 'alpfa', ['alpha']],
    ['two neighbours swapped, before what is two edits away', 'ebta', ['beta', 'delta']],
    ['a letter missing', 'gama', ['gamma']],
    ['a letter too many', 'deltta', ['delta']],
    ['capital letters', 'ALPHA', ['alpha']],
    ['only the beginning', 'ga', ['gamma']],
    ['nothing alike', 'postgres', []],
    ['a short name is not any short word', 'xy', []],
    ['a short name with one letter wrong', 'wbe', ['web']],
  ])('%s', (_, typed, names) => {
    expect(nearest(typed, NAMES)).toEqual(names);
  });

  test('the nearest first, then by name, three at the most', () => {
    expect(nearest('web-1', ['web-4', 'web-3', 'web-2', 'web-11', 'web-1x'])).toEqual(['web-11', 'web-1x', 'web-2']);
  });

  test('none among none', () => {
    expect(nearest('alpha', [])).toEqual([]);
  });
});

describe('edits between two words', () => {
  test.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['abc', '', 3],
    ['abc', 'abc', 0],
    ['abc', 'abd', 1],
    ['abc', 'acb', 1],
    ['ca', 'abc', 3],
    ['restart', 'restrat', 1],
    ['kitten', 'sitting', 3],
  ])('"%s" and "%s": %i', (a, b, edits) => {
    expect(distance(a, b)).toBe(edits);
    expect(distance(b, a)).toBe(edits);
  });
});
