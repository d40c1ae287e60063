import { Problem } from '#src/kit/problem.ts';
import type { Card } from '#src/operation/define.ts';
import type { HubConfig } from '../config.ts';
import type { Node } from '../nodes/fleet.ts';

/** Why a change of these nodes is not taken in this chat; undefined when it is. Groups and channels have numbers below 0. */
export function refusedHere(
  { prodOnlyPrivate }: Pick<HubConfig, 'prodOnlyPrivate'>,
  chat: number,
  nodes: readonly Pick<Node, 'name' | 'environment'>[],
): string | undefined {
  const prod = prodOnlyPrivate && chat < 0 ? nodes.find(({ environment }) => environment === 'prod') : undefined;
  return prod && `${prod.name} is PROD: what changes it is taken in our private chat only. Write to me there.`;
}

/** Throws Problem `private` when an operation cannot be taken in this chat, whichever of these nodes will be meant. */
export function refuseHopeless(
  config: Pick<HubConfig, 'prodOnlyPrivate'>,
  chat: number,
  card: Card,
  nodes: readonly Pick<Node, 'name' | 'environment'>[],
): void {
  if (card.risk === 'read') return;
  const refusals = nodes.flatMap((node) => refusedHere(config, chat, [node]) ?? []);
  if (refusals[0] !== undefined && refusals.length === nodes.length) throw new Problem('private', refusals[0]);
}
