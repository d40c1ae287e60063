import { Problem } from '#src/kit/problem.ts';
import type { HubConfig } from '../config.ts';
import type { Node } from '../nodes/fleet.ts';
import { awayText } from '../words/scope.ts';

/** The node that verifies codes: the one that the configuration names, or else the only one that says so of itself. Throws Problem `approver` when there is none, or it is away. */
export function approverOf(nodes: readonly Node[], { approver: named }: Pick<HubConfig, 'approver'>): Node {
  const found = nodes.filter(({ name, approver }) => (named === undefined ? approver : name === named));
  const [node, other] = found;
  if (other)
    throw wrong(
      `${found.map(({ name }) => name).join(' and ')} both say that they are the approver. Name the right one under approver: in the hub's configuration`,
    );
  if (!node && named !== undefined) throw wrong(`${named}, the approver, is not on the list of nodes. See /nodes`);
  if (!node) throw wrong('No node verifies codes. On the machine that is to do it: nightguard approver add');
  const away = awayText(node);
  if (away !== undefined)
    throw wrong(`${node.name}, which verifies codes, ${away}. Nothing was queued; type a new code when it is back`);
  return node;
}

function wrong(sentence: string): Problem {
  return new Problem('approver', `${sentence}.`);
}
