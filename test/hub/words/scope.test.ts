import { describe, expect, test } from 'vitest';
import type { Node } from '#src/hub/nodes/fleet.ts';
import { checkNodes, scopeOf } from '#src/hub/words/scope.ts';
import { Problem } from '#src/kit/problem.ts';
import type { Input } from '#src/operation/args.ts';
import { splitWords } from '#src/operation/args.ts';
import { health, logs, prune, restart } from '../../operation/samples.ts';
import { sampleNode, unheardNode } from '../samples.ts';

const alpha = sampleNode();
const beta = sampleNode({ name: 'beta', targets: ['web', 'api'] });
const gamma = sampleNode({ name: 'gamma', targets: ['cache'] });
const away = sampleNode({ name: 'delta', awayMs: 720_000 });
const CARD = { health, logs, restart, prune };
const RESTART_USAGE = 'Usage: /restart <node> <target> [--force]';
const LOGS_USAGE = 'Usage: /logs <node> <target> [--lines 40] [--since 1h] [--grep error]';

/** What `/card words` means on a fleet, with nodes by name. */
function scope(typed: string, fleet: readonly Node[]) {
  const [name = '', ...words] = splitWords(typed);
  const { nodes, input } = scopeOf(CARD[name as keyof typeof CARD], words, fleet);
  return { nodes: nodes.map((node) => node.name), input };
}

interface Case {
  typed: string;
  nodes: string[];
  input: Input;
}

describe('on a fleet of one node', () => {
  test.each<Case>([
    { typed: 'health', nodes: ['alpha'], input: {} },
    { typed: 'health alpha', nodes: ['alpha'], input: {} },
    { typed: 'restart web', nodes: ['alpha'], input: { target: 'web' } },
    { typed: 'restart alpha web', nodes: ['alpha'], input: { target: 'web' } },
    { typed: 'restart web --force', nodes: ['alpha'], input: { target: 'web', force: true } },
    { typed: 'restart --force web', nodes: ['alpha'], input: { target: 'web', force: true } },
    { typed: 'restart alpha --force --target web', nodes: ['alpha'], input: { target: 'web', force: true } },
    { typed: 'prune', nodes: ['alpha'], input: {} },
    { typed: 'prune alpha', nodes: ['alpha'], input: {} },
    { typed: 'logs web', nodes: ['alpha'], input: { target: 'web' } },
    { typed: 'logs web 50', nodes: ['alpha'], input: { target: 'web', lines: '50' } },
    { typed: 'logs alpha web 50 1h', nodes: ['alpha'], input: { target: 'web', lines: '50', since: '1h' } },
    { typed: 'logs web —lines 50', nodes: ['alpha'], input: { target: 'web', lines: '50' } },
    { typed: 'logs web –since=2h', nodes: ['alpha'], input: { target: 'web', since: '2h' } },
    { typed: 'logs —lines 50 web', nodes: ['alpha'], input: { target: 'web', lines: '50' } },
    { typed: 'logs web --grep "two words"', nodes: ['alpha'], input: { target: 'web', grep: 'two words' } },
    { typed: 'logs web —grep “two words”', nodes: ['alpha'], input: { target: 'web', grep: 'two words' } },
    { typed: 'logs web --grep="two words"', nodes: ['alpha'], input: { target: 'web', grep: 'two words' } },
  ])('$typed', ({ typed, nodes, input }) => {
    expect(scope(typed, [alpha])).toEqual({ nodes, input });
  });
});

describe('on a fleet of several nodes', () => {
  const fleet = [alpha, beta, gamma];

  test.each<[string, Case]>([
    ['a read without a node asks them all', { typed: 'health', nodes: ['alpha', 'beta', 'gamma'], input: {} }],
    ['a read of one node asks that one', { typed: 'health beta', nodes: ['beta'], input: {} }],
    [
      'a read of a target asks the nodes that have it',
      { typed: 'logs web', nodes: ['alpha', 'beta'], input: { target: 'web' } },
    ],
    ['a read of a target that only one has', { typed: 'logs cache', nodes: ['gamma'], input: { target: 'cache' } }],
    [
      'options do not hide the target',
      { typed: 'logs --lines 5 web', nodes: ['alpha', 'beta'], input: { target: 'web', lines: '5' } },
    ],
    [
      'words behind a target are arguments',
      { typed: 'logs web 5', nodes: ['alpha', 'beta'], input: { target: 'web', lines: '5' } },
    ],
    ['a change of a node that is named', { typed: 'restart beta web', nodes: ['beta'], input: { target: 'web' } }],
    ['a change of a whole node that is named', { typed: 'prune gamma', nodes: ['gamma'], input: {} }],
  ])('%s', (_, { typed, nodes, input }) => {
    expect(scope(typed, fleet)).toEqual({ nodes, input });
  });

  test('a node is asked although a target has its name', () => {
    const odd = sampleNode({ name: 'web', targets: ['api'] });
    expect(scope('logs web api', [alpha, odd])).toEqual({ nodes: ['web'], input: { target: 'api' } });
  });

  test('a fan-out includes the nodes that are away, to be told as answers', () => {
    expect(scope('health', [alpha, away, unheardNode('omega')]).nodes).toEqual(['alpha', 'delta', 'omega']);
  });

  test('a node that was never heard of may have any target', () => {
    expect(scope('logs mail', [alpha, unheardNode('omega')])).toEqual({
      nodes: ['alpha', 'omega'],
      input: { target: 'mail' },
    });
  });
});

describe('what cannot be meant is refused with the next command to type', () => {
  const one = [alpha];
  const fleet = [alpha, beta, gamma];
  test.each<[string, string, readonly Node[], string, string]>([
    ['no nodes at all', 'health', [], 'no-nodes', 'There are no nodes yet. Add one: /enroll, or nodes: in the file.'],
    [
      'a change without a node',
      'restart web',
      fleet,
      'which-node',
      `Restart where? Nodes: alpha, beta, gamma\n${RESTART_USAGE}`,
    ],
    [
      'a change of nothing',
      'restart',
      fleet,
      'which-node',
      `Restart where? Nodes: alpha, beta, gamma\n${RESTART_USAGE}`,
    ],
    [
      'a change of every node',
      'prune',
      fleet,
      'which-node',
      'Prune where? Nodes: alpha, beta, gamma\nUsage: /prune <node>',
    ],
    ['a misspelt node', 'restart alfa web', fleet, 'unknown-node', 'There is no node "alfa". Did you mean alpha?'],
    ['a misspelt node of a read', 'health gama', fleet, 'unknown-node', 'There is no node "gama". Did you mean gamma?'],
    [
      'a node with a capital letter',
      'health Beta',
      fleet,
      'unknown-node',
      'There is no node "Beta". Did you mean beta?',
    ],
    ['a strange node', 'health omega', fleet, 'unknown-node', 'There is no node "omega". There is alpha, beta, gamma.'],
    [
      'a strange node on a fleet of one',
      'restart omega web',
      one,
      'unknown-node',
      'There is no node "omega". There is alpha.',
    ],
    [
      'a misspelt target',
      'restart alpha wbe',
      fleet,
      'unknown-target',
      'There is no "wbe" on alpha. Did you mean web?',
    ],
    [
      'a misspelt target on a fleet of one',
      'restart wbe',
      one,
      'unknown-target',
      'There is no "wbe" on alpha. Did you mean web?',
    ],
    [
      'a strange target',
      'restart alpha mail',
      fleet,
      'unknown-target',
      'There is no "mail" on alpha. There is web, db.',
    ],
    [
      'a target that no node has',
      'logs mail',
      fleet,
      'unknown-target',
      'There is no "mail" on alpha, beta, gamma. There is web, db, api, cache.',
    ],
    [
      'a target on a node without any',
      'restart alpha web',
      [sampleNode({ targets: [] })],
      'unknown-target',
      'There is no "web" on alpha. It has none.',
    ],
    [
      'a target of another node',
      'restart gamma web',
      fleet,
      'unknown-target',
      'There is no "web" on gamma. There is cache.',
    ],
    [
      'a node that is away',
      'restart delta web',
      [alpha, away],
      'away',
      'delta has been away for 12 min. Nothing was queued. See /nodes',
    ],
    [
      'a read of a node that is away',
      'health delta',
      [alpha, away],
      'away',
      'delta has been away for 12 min. Nothing was queued. See /nodes',
    ],
    [
      'a node that was never heard of',
      'restart omega web',
      [alpha, unheardNode('omega')],
      'away',
      'omega was never heard of. Nothing was queued. See /nodes',
    ],
    [
      'an older agent',
      'logs alpha web',
      [sampleNode({ operations: { logs: 1 } })],
      'version',
      'alpha has logs v1, this needs v2. Update the agent on alpha.',
    ],
    [
      'an agent that does not know it',
      'restart web',
      [sampleNode({ operations: {} })],
      'version',
      'alpha does not know restart, this needs v1. Update the agent on alpha.',
    ],
    [
      'a missing argument',
      'restart',
      one,
      'arguments',
      `target is missing.\n${RESTART_USAGE}\nExample: /restart alpha web`,
    ],
    [
      'a missing argument of a node',
      'restart gamma',
      fleet,
      'arguments',
      `target is missing.\n${RESTART_USAGE}\nExample: /restart gamma cache`,
    ],
    [
      'a number out of range',
      'logs alpha web --lines 0',
      fleet,
      'arguments',
      `lines: write a whole number from 1 to 1000.\n${LOGS_USAGE}\nExample: /logs alpha web`,
    ],
    [
      'a misspelt option',
      'logs web --lins 5',
      one,
      'arguments',
      `No option --lins: did you mean --lines?\n${LOGS_USAGE}\nExample: /logs alpha web`,
    ],
    [
      'a misspelt option of a fan-out',
      'logs web --lins 5',
      fleet,
      'arguments',
      `No option --lins: did you mean --lines?\n${LOGS_USAGE}\nExample: /logs alpha web`,
    ],
    [
      'an option without its value',
      'logs web --lines',
      fleet,
      'arguments',
      `--lines needs a value, such as 40.\n${LOGS_USAGE}\nExample: /logs alpha web`,
    ],
    [
      'a target that looks like an option',
      'restart alpha -web',
      fleet,
      'arguments',
      `target: a name has letters, digits, "-", "_" or "." and begins with a letter or digit; its engine may stand before it, as in podman/web.\n${RESTART_USAGE}\nExample: /restart alpha web`,
    ],
    [
      'a word too many',
      'restart alpha web db',
      fleet,
      'arguments',
      `"db" is one word too many.\n${RESTART_USAGE}\nExample: /restart alpha web`,
    ],
    [
      'a switch with a value',
      'restart alpha web --force=yes',
      fleet,
      'arguments',
      `force: Invalid input: expected boolean, received string.\n${RESTART_USAGE}\nExample: /restart alpha web`,
    ],
  ])('%s', (_, typed, nodes, code, sentence) => {
    expect(() => scope(typed, nodes)).toThrow(new Problem(code, sentence));
  });
});

describe('nodes that a button has already chosen', () => {
  test('are checked like typed ones', () => {
    expect(() => checkNodes(restart, { target: 'web' }, [alpha])).not.toThrow();
    expect(() => checkNodes(restart, { target: 'mail' }, [alpha])).toThrow('There is no "mail" on alpha.');
    expect(() => checkNodes(restart, { target: 'web' }, [away])).toThrow('delta has been away for 12 min.');
    expect(() => checkNodes(restart, { target: 'web' }, [sampleNode({ operations: {} })])).toThrow('Update the agent');
  });

  test('that are all gone from the list are refused', () => {
    expect(() => checkNodes(restart, { target: 'web' }, [])).toThrow(Problem);
    expect(() => checkNodes(health, {}, [])).toThrow(Problem);
  });
});
