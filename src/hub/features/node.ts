import { Composer } from 'grammy';
import { formatDuration } from '#src/kit/duration.ts';
import { nearest } from '#src/kit/nearest.ts';
import { Problem } from '#src/kit/problem.ts';
import { fingerprint } from '#src/wire/join.ts';
import type { Ctx, HubDeps } from '../context.ts';
import type { Node } from '../nodes/fleet.ts';
import type { NodeRecord } from '../nodes/registry.ts';
import type { Html } from '../render/html.ts';
import { bold, code, line, ours } from '../render/html.ts';
import { dateTime } from '../render/time.ts';
import { answer } from '../telegram/answer.ts';
import { adminOnly } from './adminOnly.ts';

/** `/node beta`: all that is known of one node. */
export function node(deps: HubDeps): Composer<Ctx> {
  const composer = new Composer<Ctx>();
  composer.command(
    'node',
    adminOnly(deps, async (ctx) => {
      const [name, more] = ctx.match.split(/\s+/).filter(Boolean);
      if (name === undefined || more !== undefined) throw new Problem('arguments', 'Usage: /node <node>. See /nodes');
      const [fleet, { nodes }] = await Promise.all([deps.fleet.nodes(deps.now()), deps.registry.read()]);
      const found = fleet.find((each) => each.name === name);
      const record = nodes.get(name);
      if (found) return await answer(ctx, deps, nodeLines(found, record, deps));
      if (record?.state === 'retired') return await answer(ctx, deps, retiredLines(record, deps));
      throw unknownNode(name, fleet);
    }),
  );
  return composer;
}

/** Throws when a word names no node of the fleet. Throws Problem `unknown-node` with the nearest name. */
export function unknownNode(name: string, fleet: readonly Pick<Node, 'name'>[]): Problem {
  const names = fleet.map((each) => each.name);
  const near = nearest(name, names);
  const hint = near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'See /nodes';
  return new Problem('unknown-node', `There is no node "${name}". ${hint}`);
}

function nodeLines(found: Node, record: NodeRecord | undefined, deps: HubDeps): Html[] {
  const { name, environment, heardAt, release, policy, policyOpen, key, drained, enrolled } = found;
  const heard = heardAt === undefined ? 'never' : `${formatDuration(deps.now() - heardAt)} ago`;
  const by = enrolled ? record?.enrolled : undefined;
  const hint = by?.environment ?? 'prod';
  return [
    line(bold(ours(name)), ours(`· ${environment === 'prod' ? '🔴 PROD' : environment}`), drained && ours('· drained')),
    line(ours('Last heard'), ours(heard), ours(`· agent ${release ?? '?'}`)),
    heardAt !== undefined && by && hint !== environment
      ? ours(`It calls itself ${environment}, and was enrolled as ${hint}: its own word counts.`)
      : undefined,
    line(ours('Labels'), code(labelText(found.labels) || 'none')),
    line(ours('Fingerprint'), code(fingerprint(key))),
    line(ours('Policy'), code(policy ?? '?')),
    policyOpen && environment === 'prod'
      ? ours("Its agent's own user can change this policy. There: node.policyFile")
      : undefined,
    ...found.shares.map(({ vault, label, fingerprint: print }) =>
      line(ours('Share of'), code(vault), label !== undefined && code(label), code(print)),
    ),
    by
      ? ours(`Let in by ${by.by.name} on ${dateTime(by.at, deps.config.timezone)}`)
      : ours('It stands in the configuration of the hub.'),
    drained && record?.changed
      ? ours(`Drained by ${record.changed.by.name} on ${dateTime(record.changed.at, deps.config.timezone)}`)
      : undefined,
  ].filter((each) => each !== undefined);
}

function retiredLines({ name, changed, enrolled }: NodeRecord, { config }: HubDeps): Html[] {
  const when = changed ? `by ${changed.by.name} on ${dateTime(changed.at, config.timezone)}` : '';
  return [
    line(bold(ours(name)), ours(`was retired ${when}`)),
    ...(enrolled ? [line(ours('Fingerprint'), code(fingerprint(enrolled.key)))] : []),
  ];
}

/** Labels as they are typed. */
export function labelText(labels: Record<string, string>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}:${value}`)
    .join(' ');
}
