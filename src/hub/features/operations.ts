import { Composer } from 'grammy';
import { nearest } from '#src/kit/nearest.ts';
import { Problem } from '#src/kit/problem.ts';
import type { Card } from '#src/operation/define.ts';
import { covers } from '#src/operation/risk.ts';
import { answer } from '../answer.ts';
import { readCommand } from '../command.ts';
import type { Ctx, HubDeps } from '../context.ts';
import { ours } from '../render/html.ts';
import { scopeOf } from '../scope.ts';
import { allowed, HUB_COMMANDS } from './help.ts';

/** Every operation of the catalog as a command, and a helpful word for what is none. */
export function operations(deps: HubDeps): Composer<Ctx> {
  const composer = new Composer<Ctx>();
  composer.on('message:text', async (ctx) => {
    const { operator } = ctx.admitted;
    const command = readCommand(ctx.msg, ctx.me.username);
    if (!command)
      return ctx.chat.type === 'private' ? await answer(ctx, deps, [ours('I take commands. See /help')]) : undefined;
    const card = deps.catalog.get(command.name);
    if (!card) return await answer(ctx, deps, [ours(unknownCommand(command.name, deps, ctx))]);
    if (!covers(operator.role, card.role)) return await answer(ctx, deps, [ours(notAllowed(card, ctx))]);
    try {
      const scope = scopeOf(card, command.words, await deps.fleet.nodes(deps.now()));
      await deps.ask({
        intent: `message ${ctx.chat.id} ${ctx.msg.message_id} ${ctx.msg.date}`,
        ...{ operator, card, ...scope, chat: ctx.chat.id, askedAt: ctx.msg.date * 1000, replyTo: ctx.msg.message_id },
        thread: ctx.msg.is_topic_message ? ctx.msg.message_thread_id : undefined,
      });
      deps.kick();
    } catch (error) {
      if (!(error instanceof Problem) || error.code === 'ledger') throw error;
      ctx.log.info({ code: error.code, operation: card.name }, 'not asked');
      await answer(ctx, deps, [ours(error.message)]);
    }
  });
  return composer;
}

/** The sentence for somebody whose role does not reach. */
export function notAllowed(card: Card, ctx: Ctx): string {
  return `/${card.name} takes the role ${card.role}; you are here as ${ctx.admitted.operator.role}. See /help`;
}

function unknownCommand(name: string, { catalog }: HubDeps, ctx: Ctx): string {
  const known = [...allowed(catalog, ctx.admitted.operator.role), ...HUB_COMMANDS].map((each) => each.name);
  const near = nearest(name, known).map((each) => `/${each}`);
  return `There is no /${name}. ${near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'See /help'}`;
}
