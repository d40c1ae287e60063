import { Composer } from 'grammy';
import { z } from 'zod';
import { Problem } from '#src/kit/problem.ts';
import { covers } from '#src/operation/risk.ts';
import type { Ctx, HubDeps } from '../context.ts';
import { bold, code, line, ours } from '../render/html.ts';
import { answer } from '../telegram/answer.ts';
import { readCommand } from '../words/command.ts';
import { adminOnly } from './adminOnly.ts';
import { unknownNode } from './node.ts';

/** How long a person has to type the name, in ms. */
const TYPE_MS = 120_000;

const Pending = z.strictObject({ node: z.string(), until: z.number() });

/** `/retire beta`: takes a node out for good, after its name was typed once more. */
export function retire(deps: HubDeps): Composer<Ctx> {
  const composer = new Composer<Ctx>();
  composer.command(
    'retire',
    adminOnly(deps, async (ctx) => {
      const [name, more] = ctx.match.split(/\s+/).filter(Boolean);
      if (name === undefined || more !== undefined) throw new Problem('arguments', 'Usage: /retire <node>. See /nodes');
      const [members, { nodes }] = await Promise.all([deps.roster.members(), deps.registry.read()]);
      const record = nodes.get(name);
      if (!members.has(name) && (!record || record.state === 'retired'))
        throw unknownNode(
          name,
          [...members.keys()].map((each) => ({ name: each })),
        );
      const until = deps.now() + TYPE_MS;
      await deps.ledger.remember(keyOf(ctx), JSON.stringify({ node: name, until } satisfies z.infer<typeof Pending>));
      await answer(
        ctx,
        deps,
        [
          line(ours('Retire'), bold(ours(name)), ours('for good?')),
          ours('Its key is never taken again, its user in Redis and all that waits for it are removed.'),
          line(ours('Type its name within two minutes to do it:'), code(name)),
        ],
        { markup: { force_reply: true, selective: true, input_field_placeholder: name } },
      );
    }),
  );
  composer.on('message:text', async (ctx, next) => {
    const { operator } = ctx.admitted;
    const isWord = /^\S{1,64}$/.test(ctx.msg.text.trim()) && !readCommand(ctx.msg, ctx.me.username);
    const pending = isWord && covers(operator.role, 'admin') ? await pendingOf(ctx, deps) : undefined;
    if (!pending) return await next();
    await deps.ledger.remember(keyOf(ctx), '');
    try {
      const isRight = ctx.msg.text.trim() === pending.node;
      const said = isRight
        ? await deps.retire(pending.node, operator, ctx.chat.id)
        : `That is not ${pending.node}. Nothing was done.`;
      await answer(ctx, deps, [ours(said)]);
    } catch (error) {
      if (!(error instanceof Problem) || error.code === 'ledger') throw error;
      await answer(ctx, deps, [ours(error.message)]);
    }
  });
  return composer;
}

async function pendingOf(ctx: Ctx, deps: HubDeps): Promise<z.infer<typeof Pending> | undefined> {
  const text = await deps.ledger.recall(keyOf(ctx));
  const pending = text ? Pending.safeParse(JSON.parse(text)).data : undefined;
  return pending && deps.now() <= pending.until ? pending : undefined;
}

function keyOf(ctx: Ctx): string {
  return `retire ${ctx.chat?.id} ${ctx.admitted.operator.id}`;
}
