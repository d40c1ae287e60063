import { formatDuration } from '#src/kit/duration.ts';
import { nearest } from '#src/kit/nearest.ts';
import { Problem } from '#src/kit/problem.ts';
import type { Input } from '#src/operation/args.ts';
import { readTokens } from '#src/operation/args.ts';
import type { Card } from '#src/operation/define.ts';
import type { Node } from '../nodes/fleet.ts';
import { spoken } from './spoken.ts';
import { filtersText, matching, readFilters, targetsFor } from './targets.ts';
import { exampleOf, usageOf } from './usage.ts';

/** What a typed command means on this fleet. */
export interface Scope {
  nodes: Node[];
  input: Input;
}

/** Finds nodes and arguments in the words behind a command: reads fan out, writes need an explicit node or the only one. Throws Problem with the usage line. */
export function scopeOf(card: Card, tokens: readonly string[], fleet: readonly Node[]): Scope {
  const { nodes, rest, open } = nodesOf(card, tokens, fleet);
  if (open) {
    const names = nodes.map(({ name }) => name).join(', ');
    throw new Problem('which-node', `${spoken(card)} where? Nodes: ${names}\nUsage: ${usageOf(card)}`);
  }
  const input = inputOf(card, rest, nodes, (given) => card.parse(given));
  checkNodes(card, input, nodes);
  return { nodes, input };
}

/** The same for words that leave something out: the nodes that may be meant and the arguments that were given, which must be right as far as they go. */
export function partOf(card: Card, tokens: readonly string[], fleet: readonly Node[]): Scope {
  const { nodes, rest } = nodesOf(card, tokens, fleet);
  const input = inputOf(card, rest, nodes, (given) => checkGiven(card, given));
  refuseUnknownTarget(card, input, nodes);
  return { nodes, input };
}

/** Throws Problem `arguments` when what was given cannot be right, whatever is still to come. */
export function checkGiven(card: Card, given: Input): void {
  const examples = card.params.filter(({ required }) => required).map(({ name, example }) => [name, example]);
  card.parse({ ...Object.fromEntries(examples), ...given });
}

/** Throws a Problem when these nodes cannot do this now: no such target, away, or an agent of another version. */
export function checkNodes(card: Card, input: Input, nodes: readonly Node[]): void {
  if (nodes.length === 0) throw new Problem('no-nodes', 'These nodes are no longer on the list. See /nodes');
  refuseUnknownTarget(card, input, nodes);
  refuseAway(nodes);
  if (card.risk !== 'read') refuseDrained(nodes);
  refuseUnknownOperation(card, nodes);
}

/** `open`: a change could be meant for any of several nodes. */
interface Meant {
  nodes: Node[];
  rest: readonly string[];
  open?: true;
}

function nodesOf(card: Card, tokens: readonly string[], fleet: readonly Node[]): Meant {
  if (fleet.length === 0)
    throw new Problem('no-nodes', 'There are no nodes yet. Add one: /enroll, or nodes: in the file.');
  const [first = '', ...rest] = tokens;
  const named = fleet.find(({ name }) => name === first);
  if (named) return { nodes: [named], rest };
  const filtered = readFilters(tokens);
  if (filtered.filters.length > 0) return nodesThatFit(card, filtered, fleet);
  if (meantAsNode(card, tokens, fleet)) throw unknownNode(first, fleet);
  if (fleet.length === 1) return { nodes: [...fleet], rest: tokens };
  if (card.risk === 'read') return { nodes: nodesWithTarget(card, tokens, fleet), rest: tokens };
  return { nodes: [...fleet], rest: tokens, open: true };
}

function nodesThatFit(card: Card, { filters, rest }: ReturnType<typeof readFilters>, fleet: readonly Node[]): Meant {
  const nodes = matching(fleet, filters);
  if (card.risk === 'read') return { nodes: nodesWithTarget(card, rest, nodes), rest };
  if (nodes.length === 1) return { nodes, rest };
  const names = nodes.map(({ name }) => name).join(', ');
  throw new Problem(
    'several-nodes',
    `/${card.name} takes one node, and ${filtersText(filters)} means ${names}.\nUsage: ${usageOf(card)}`,
  );
}

/** A first word that is neither node nor target was meant as a node when more words stand there than the operation must have. */
function meantAsNode(card: Card, tokens: readonly string[], fleet: readonly Node[]): boolean {
  const option = tokens.findIndex((token) => /^[-–—]/.test(token));
  const words = option === -1 ? tokens.length : option;
  const needed = card.params.filter(({ required, flag }) => required && !flag).length;
  return words > needed && !fleet.some((node) => targetsFor(card, node).includes(tokens[0] ?? ''));
}

/** A read of a target without a node asks the nodes that have it. */
function nodesWithTarget(card: Card, tokens: readonly string[], fleet: readonly Node[]): Node[] {
  if (!card.params.some(({ target }) => target !== undefined)) return [...fleet];
  const target = targetIn(card, tokens);
  const holders = fleet.filter((node) => target !== undefined && targetsFor(card, node).includes(target));
  return holders.length > 0 ? holders : [...fleet];
}

function targetIn(card: Card, tokens: readonly string[]): string | undefined {
  try {
    return card.targetOf(readTokens(card.params, tokens));
  } catch {
    return undefined;
  }
}

function inputOf(
  card: Card,
  tokens: readonly string[],
  nodes: readonly Node[],
  check: (input: Input) => unknown,
): Input {
  const [node] = nodes;
  try {
    const input = readTokens(card.params, tokens);
    check(input);
    return input;
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'arguments') throw error;
    const example = exampleOf(card, node?.name ?? 'alpha', node && targetsFor(card, node)[0]);
    throw new Problem('arguments', `${error.message}\nUsage: ${usageOf(card)}\nExample: ${example}`);
  }
}

function refuseUnknownTarget(card: Card, input: Input, nodes: readonly Node[]): void {
  const target = card.targetOf(input);
  const has = (node: Node) => node.heardAt === undefined || targetsFor(card, node).includes(target ?? '');
  if (target === undefined || nodes.some(has)) return;
  const known = [...new Set(nodes.flatMap((node) => targetsFor(card, node)))];
  const near = nearest(target, known);
  const hint =
    near.length > 0
      ? `Did you mean ${near.join(' or ')}?`
      : known.length > 0
        ? `There is ${known.join(', ')}.`
        : 'It has none.';
  throw new Problem(
    'unknown-target',
    `There is no "${target}" on ${nodes.map(({ name }) => name).join(', ')}. ${hint}`,
  );
}

function unknownNode(typed: string, fleet: readonly Node[]): Problem {
  const names = fleet.map(({ name }) => name);
  const near = nearest(typed, names);
  const hint = near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `There is ${names.join(', ')}.`;
  return new Problem('unknown-node', `There is no node "${typed}". ${hint}`);
}

/** How an away node is spoken of: `has been away for 12 min`. */
export function awayText({ awayMs, heardAt }: Node): string | undefined {
  if (awayMs === undefined) return undefined;
  return heardAt === undefined ? 'was never heard of' : `has been away for ${formatDuration(awayMs)}`;
}

/** A single node that is away is said at once and nothing is queued; in a fan-out it is told as one of the answers. */
function refuseAway(nodes: readonly Node[]): void {
  const [node] = nodes;
  const away = node && awayText(node);
  if (nodes.length === 1 && node && away !== undefined)
    throw new Problem('away', `${node.name} ${away}. Nothing was queued. See /nodes`);
}

/** Why nothing is changed on a node now. */
export function drainedText(node: string): string {
  return `${node} is drained: it is asked for no changes until /drain ${node} off`;
}

function refuseDrained(nodes: readonly Node[]): void {
  const node = nodes.find(({ drained }) => drained);
  if (node) throw new Problem('drained', drainedText(node.name));
}

function refuseUnknownOperation(card: Card, nodes: readonly Node[]): void {
  for (const { name, operations, heardAt } of nodes) {
    const version = operations[card.name];
    if (heardAt === undefined || version === card.version) continue;
    const has = version === undefined ? `does not know ${card.name}` : `has ${card.name} v${version}`;
    throw new Problem('version', `${name} ${has}, this needs v${card.version}. Update the agent on ${name}.`);
  }
}
