import { describe, expect, test } from 'vitest';
import type { Node } from '#src/hub/nodes/fleet.ts';
import { partOf, scopeOf } from '#src/hub/words/scope.ts';
import { Problem } from '#src/kit/problem.ts';
import type { Input } from '#src/operation/args.ts';
import { splitWords } from '#src/operation/args.ts';
import { health, logs, restart } from '../operation/samples.ts';
import { sampleNode } from './samples.ts';

const CARD = { health, logs, restart };
const RESTART_USAGE = 'Usage: /restart <node> <target> [--force]';

interface Case {
  typed: string;
  nodes: string[];
  input: Input;
}

/** What `/card words` means on a fleet, whole or as far as it goes, with nodes by name. */
function read(typed: string, fleet: readonly Node[], by: typeof scopeOf) {
  const [name = '', ...words] = splitWords(typed);
  const { nodes, input } = by(CARD[name as keyof typeof CARD], words, fleet);
  return { nodes: nodes.map((node) => node.name), input };
}

describe('filters', () => {
  const fleet = [
    sampleNode({ labels: { role: 'front' } }),
    sampleNode({ name: 'beta', targets: ['web', 'api'], labels: { role: 'back' } }),
    sampleNode({ name: 'gamma', targets: ['cache'], environment: 'prod' }),
  ];
  test.each<Case>([
    { typed: 'health env:stage', nodes: ['alpha', 'beta'], input: {} },
    { typed: 'health env:stage role:back', nodes: ['beta'], input: {} },
    { typed: 'logs env:stage web 5', nodes: ['alpha', 'beta'], input: { target: 'web', lines: '5' } },
    { typed: 'logs env:stage api', nodes: ['beta'], input: { target: 'api' } },
    { typed: 'restart env:prod cache', nodes: ['gamma'], input: { target: 'cache' } },
    { typed: 'logs web --grep a:b', nodes: ['alpha', 'beta'], input: { target: 'web', grep: 'a:b' } },
  ])('$typed', ({ typed, nodes, input }) => {
    expect(read(typed, fleet, scopeOf)).toEqual({ nodes, input });
  });

  test.each([
    [
      'restart env:stage web',
      'several-nodes',
      `/restart takes one node, and env:stage means alpha, beta.\n${RESTART_USAGE}`,
    ],
    [
      'health role:none',
      'no-match',
      'No node has role:none. There is env:prod, env:stage, role:back, role:front. See /nodes',
    ],
    ['logs env:prod web', 'unknown-target', 'There is no "web" on gamma. There is cache.'],
  ])('%s is refused', (typed, code, sentence) => {
    expect(() => read(typed, fleet, scopeOf)).toThrow(new Problem(code, sentence));
  });
});

describe('what was said so far', () => {
  const fleet = [
    sampleNode(),
    sampleNode({ name: 'beta', targets: ['web', 'api'] }),
    sampleNode({ name: 'gamma', targets: ['cache'] }),
  ];
  test.each<Case>([
    { typed: 'restart', nodes: ['alpha', 'beta', 'gamma'], input: {} },
    { typed: 'restart beta', nodes: ['beta'], input: {} },
    { typed: 'restart web --force', nodes: ['alpha', 'beta', 'gamma'], input: { target: 'web', force: true } },
    { typed: 'logs --lines 5', nodes: ['alpha', 'beta', 'gamma'], input: { lines: '5' } },
  ])('$typed', ({ typed, nodes, input }) => {
    expect(read(typed, fleet, partOf)).toEqual({ nodes, input });
  });

  test.each([
    ['restart alfa web', 'There is no node "alfa". Did you mean alpha?'],
    ['restart mail', 'There is no "mail" on alpha, beta, gamma. There is web, db, api, cache.'],
    ['logs --lines many', 'lines: write a whole number from 1 to 1000.'],
    ['restart alpha --forse', 'No option --forse: did you mean --force?'],
  ])('must be right as far as it goes: %s', (typed, sentence) => {
    expect(() => read(typed, fleet, partOf)).toThrow(sentence);
  });
});
