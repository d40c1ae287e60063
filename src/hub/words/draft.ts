import { createHash } from 'node:crypto';
import { z } from 'zod';
import { nearest } from '#src/kit/nearest.ts';
import { Problem } from '#src/kit/problem.ts';
import type { ParamCard } from '#src/operation/args.ts';
import { Input } from '#src/operation/args.ts';
import type { Card } from '#src/operation/define.ts';
import type { Node } from '../nodes/fleet.ts';
import { awayText, checkGiven, checkNodes } from './scope.ts';
import { targetsFor } from './targets.ts';

/** More choices than this are typed, not pressed. */
const MOST_CHOICES = 60;

/** A command that somebody has begun: what was said so far, as it was typed. */
export const Draft = z.strictObject({
  id: z.string().max(60),
  operation: z.string().max(32),
  /** Numeric Telegram id of the person who asks. */
  owner: z.number().int(),
  /** The message that began it. */
  replyTo: z.number().int().optional(),
  /** Names of the nodes that may be meant; once it is one, that one is. */
  nodes: z.array(z.string()),
  input: Input,
  /** Why, if that was typed with the command. */
  reason: z.string().max(200).optional(),
});
export type Draft = z.infer<typeof Draft>;

/** What a draft lacks. `out` says of nodes that cannot be chosen why. */
export type Need =
  | { kind: 'node'; nodes: Node[]; out: string[] }
  | { kind: 'target'; param: ParamCard; node: Node; targets: readonly string[] }
  | { kind: 'words'; param: ParamCard; nodes: Node[] }
  | { kind: 'nothing'; nodes: Node[] }
  /** It has to be typed. */
  | { kind: 'too many' };

/** What has to be asked next. Throws a Problem when it cannot come to anything. */
export function needOf(draft: Pick<Draft, 'nodes' | 'input'>, card: Card, fleet: readonly Node[]): Need {
  const { input } = draft;
  const meant = fleet.filter(({ name }) => draft.nodes.includes(name));
  const missing = card.params.filter(({ name, required }) => required && input[name] === undefined);
  const target = missing.find((param) => param.target !== undefined);
  if (meant.length > 1 && (card.risk !== 'read' || target)) return nodeNeed(card, input, meant);
  checkNodes(card, input, meant);
  const [node] = meant;
  if (target && node) return targetNeed(target, node, targetsFor(card, node));
  const [param] = missing;
  return param ? { kind: 'words', param, nodes: meant } : { kind: 'nothing', nodes: meant };
}

/** The names that can be chosen; undefined when any words are an answer. */
export function choicesOf(need: Need): readonly string[] | undefined {
  if (need.kind === 'node') return need.nodes.map(({ name }) => name);
  return need.kind === 'target' ? need.targets : undefined;
}

/** A name as a button's data carries it: it means the same name however the list has changed since. */
export function choiceCode(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 8);
}

/** The draft with one more answer. Throws Problem `arguments` or `unknown-target` for what cannot be the answer. */
export function answered(draft: Draft, card: Card, need: Need, words: string): Draft {
  const choices = choicesOf(need);
  if (choices && !choices.includes(words)) throw unknownChoice(words, choices);
  if (need.kind === 'node') return { ...draft, nodes: [words] };
  if (need.kind === 'nothing' || need.kind === 'too many') return draft;
  const input = Input.safeParse({ ...draft.input, [need.param.name]: words });
  if (!input.success) throw new Problem('arguments', `${need.param.name} may have 200 characters. Write less.`);
  checkGiven(card, input.data);
  return { ...draft, input: input.data };
}

function nodeNeed(card: Card, input: Input, meant: readonly Node[]): Need {
  const target = card.targetOf(input);
  const holders = meant.filter(
    (node) => !target || node.heardAt === undefined || targetsFor(card, node).includes(target),
  );
  const nodes = holders.filter((node) => whyNot(card, node) === undefined);
  const out = holders.flatMap((node) => whyNot(card, node) ?? []);
  if (nodes.length === 0) throw new Problem('away', `${out.join(', ')}. Nothing was queued. See /nodes`);
  return nodes.length > MOST_CHOICES ? { kind: 'too many' } : { kind: 'node', nodes, out };
}

function whyNot(card: Card, node: Node): string | undefined {
  const away = awayText(node);
  if (away !== undefined) return `${node.name} ${away}`;
  return node.operations[card.name] === card.version ? undefined : `${node.name} has another version of ${card.name}`;
}

function targetNeed(param: ParamCard, node: Node, targets: readonly string[]): Need {
  if (targets.length === 0)
    throw new Problem(
      'unknown-target',
      `No ${param.target} is declared on ${node.name}: add it in the configuration there. See /nodes`,
    );
  return targets.length > MOST_CHOICES ? { kind: 'too many' } : { kind: 'target', param, node, targets };
}

function unknownChoice(words: string, choices: readonly string[]): Problem {
  const near = nearest(words, choices);
  const hint = near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'Press one of the buttons.';
  return new Problem('unknown-target', `There is no "${words.slice(0, 60)}" here. ${hint}`);
}
