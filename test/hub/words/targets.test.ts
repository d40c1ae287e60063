import { describe, expect, test } from 'vitest';
import { filtersText, matching, readFilters } from '#src/hub/words/targets.ts';
import { sampleNode, unheardNode } from '../samples.ts';

const FLEET = [
  sampleNode({ name: 'alpha', environment: 'stage', labels: { role: 'db', zone: 'eu' } }),
  sampleNode({ name: 'beta', environment: 'prod', labels: { role: 'web', zone: 'eu', env: 'odd' } }),
  unheardNode('gamma'),
];
const found = (...words: string[]) => matching(FLEET, readFilters(words).filters).map(({ name }) => name);

describe('filters are read off the beginning', () => {
  test.each([
    [['env:stage', 'role:db', 'web', 'a:b'], 'env:stage role:db', ['web', 'a:b']],
    [['web', 'env:stage'], '', ['web', 'env:stage']],
    [['--grep', 'a:b'], '', ['--grep', 'a:b']],
    [['env:'], '', ['env:']],
    [[':stage'], '', [':stage']],
    [['url:http://x'], 'url:http://x', []],
    [[], '', []],
  ])('%j', (words, filters, rest) => {
    const read = readFilters(words);
    expect(filtersText(read.filters)).toBe(filters);
    expect(read.rest).toEqual(rest);
  });
});

describe('the nodes that fit', () => {
  test.each([
    [['env:stage'], ['alpha']],
    [['env:prod'], ['beta', 'gamma']],
    [['zone:eu'], ['alpha', 'beta']],
    [['zone:eu', 'role:web'], ['beta']],
    [[], ['alpha', 'beta', 'gamma']],
  ])('%j', (words, names) => {
    expect(found(...words)).toEqual(names);
  });

  test.each(['env:odd', 'role:DB', 'constructor:x', 'toString:x', 'zone:e'])(
    '%s fits none, and says what there is',
    (word) => {
      expect(() => found(word)).toThrow(
        `No node has ${word}. There is env:prod, env:stage, role:db, role:web, zone:eu. See /nodes`,
      );
    },
  );
});
