import { Composer } from 'grammy';
import { formatDuration } from '#src/kit/duration.ts';
import { answer } from '../answer.ts';
import type { Ctx, HubDeps } from '../context.ts';
import type { Node } from '../fleet.ts';
import type { Html } from '../render/html.ts';
import { bold, code, line, ours } from '../render/html.ts';

/** `/nodes`: the machines, and when they were last heard. */
export function nodes(deps: HubDeps): Composer<Ctx> {
  const composer = new Composer<Ctx>();
  composer.command('nodes', async (ctx) => {
    const all = await deps.fleet.nodes(deps.now());
    if (all.length === 0)
      return await answer(ctx, deps, [ours('There are no nodes yet. Add one under nodes: in the configuration.')]);
    await answer(
      ctx,
      deps,
      all.flatMap((node) => nodeLines(node, deps.now())),
    );
  });
  return composer;
}

function nodeLines(node: Node, now: number): Html[] {
  const { name, environment, heardAt, awayMs, targets, release } = node;
  if (heardAt === undefined)
    return [line(ours('❔'), bold(ours(name)), ours('· never heard of. Is its agent running?'))];
  const heard = `last heard ${formatDuration(now - heardAt)} ago`;
  const state = awayMs === undefined ? heard : `away, ${heard}`;
  return [
    line(
      ours(awayMs === undefined ? '✅' : '❌'),
      bold(ours(name)),
      ours(`· ${environment === 'prod' ? '🔴 PROD' : environment} · ${state}`),
    ),
    line(ours('   runs'), code(targets.join(', ') || 'nothing declared'), ours(`· agent ${release ?? '?'}`)),
  ];
}
