import { Composer } from 'grammy';
import { formatDuration } from '#src/kit/duration.ts';
import { Problem } from '#src/kit/problem.ts';
import type { Ctx, HubDeps } from '../context.ts';
import type { Node } from '../nodes/fleet.ts';
import { driftOf } from '../posts/drift.ts';
import type { Html } from '../render/html.ts';
import { bold, code, line, lines, ours } from '../render/html.ts';
import { answer } from '../telegram/answer.ts';
import { matching, readFilters } from '../words/targets.ts';
import { adminOnly } from './adminOnly.ts';

/** So many names of what runs on a node are shown. */
const SHOWN = 20;

/** `/nodes [env:stage] [label:value]`: the machines, those that are away first, and when they were last heard; `/nodes export` for admins: those that were enrolled, for the hub's file. */
export function nodes(deps: HubDeps): Composer<Ctx> {
  const composer = new Composer<Ctx>();
  const sendExport = adminOnly(deps, async (ctx) => {
    const text = await deps.exportNodes();
    if (text === undefined)
      return await answer(ctx, deps, [ours('No node came in by /enroll. The others stand in the file.')]);
    const caption =
      "The enrolled nodes as they go into the hub's file. Keep it where the ledger's owner cannot change it.";
    await answer(ctx, deps, [ours('The enrolled nodes are in the file.')], {
      file: { name: 'nodes.yaml', text, caption },
    });
  });
  composer.command('nodes', async (ctx) => {
    if (ctx.match.trim() === 'export') return await sendExport(ctx);
    const all = await deps.fleet.nodes(deps.now());
    if (all.length === 0)
      return await answer(ctx, deps, [ours('There are no nodes yet. Add one: /enroll, or nodes: in the file.')]);
    try {
      const found = wanted(ctx.match.split(/\s+/).filter(Boolean), all);
      const sorted = found.toSorted((a, b) => (b.awayMs ?? 0) - (a.awayMs ?? 0) || a.name.localeCompare(b.name));
      const drifts = await Promise.all(sorted.map((node) => driftOf(deps.ledger, node)));
      await answer(
        ctx,
        deps,
        sorted.map((node, index) => nodeLines(node, drifts[index], deps.now())),
      );
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      await answer(ctx, deps, [ours(error.message)]);
    }
  });
  return composer;
}

function wanted(words: readonly string[], all: readonly Node[]): Node[] {
  const { filters, rest } = readFilters(words);
  const [name, ...more] = rest;
  if (name === undefined) return matching(all, filters);
  const named = all.filter((node) => node.name === name);
  if (named.length === 1 && more.length === 0 && filters.length === 0) return named;
  throw new Problem('arguments', 'Usage: /nodes [node], or /nodes env:stage role:db');
}

function nodeLines(node: Node, drift: string | undefined, now: number): Html {
  const { name, environment, heardAt, awayMs, labels, targets, release, policy } = node;
  if (heardAt === undefined) return line(ours('❔'), bold(ours(name)), ours('· never heard of. Is its agent running?'));
  const heard = `last heard ${formatDuration(now - heardAt)} ago`;
  const known = Object.entries(labels).map(([key, value]) => `${key}:${value}`);
  return lines([
    line(
      ours(awayMs === undefined ? '✅' : '❌'),
      bold(ours(name)),
      ours(`· ${environment === 'prod' ? '🔴 PROD' : environment}`),
      node.drained ? ours('· drained') : undefined,
      known.length > 0 ? line(ours('·'), code(known.join(' '))) : undefined,
      ours(`· ${awayMs === undefined ? heard : `away, ${heard}`}`),
    ),
    node.lockdown === undefined
      ? undefined
      : ours(
          `   🔒 ${node.lockedByFile ? 'locked by a file on it' : 'locked'}: nothing is changed there. See /lockdown`,
        ),
    line(ours('   runs'), code(inventory(targets)), ours(`· agent ${release ?? '?'}`)),
    drift === undefined
      ? undefined
      : line(ours('   ⚠️ its policy is another one since then:'), code(policy ?? '?'), ours('→'), code(drift)),
  ]);
}

function inventory(targets: readonly string[]): string {
  if (targets.length === 0) return 'nothing declared';
  const rest = targets.length - SHOWN;
  return [...targets.slice(0, SHOWN), ...(rest > 0 ? [`and ${rest} more`] : [])].join(', ');
}
