import type { Filter } from 'grammy';
import { Composer } from 'grammy';
import { nearest } from '#src/kit/nearest.ts';
import { Problem } from '#src/kit/problem.ts';
import type { Card } from '#src/operation/define.ts';
import { covers } from '#src/operation/risk.ts';
import type { Ctx, HubDeps } from '../context.ts';
import type { Node } from '../nodes/fleet.ts';
import { noteRefused } from '../questions/refused.ts';
import { ours } from '../render/html.ts';
import { answer } from '../telegram/answer.ts';
import { threadOf } from '../updates/thread.ts';
import { readBecause } from '../words/because.ts';
import { readCommand } from '../words/command.ts';
import type { Scope } from '../words/scope.ts';
import { partOf, scopeOf } from '../words/scope.ts';
import { beginDraft } from './asking.ts';
import { allowed, ownCommands } from './help.ts';

/** Every operation of the catalog as a command, and a helpful word for what is none. */
export function operations(deps: HubDeps): Composer<Ctx> {
  const composer = new Composer<Ctx>();
  composer.on('message:text', async (ctx) => {
    const command = readCommand(ctx.msg, ctx.me.username);
    if (!command)
      return ctx.chat.type === 'private' ? await answer(ctx, deps, [ours('I take commands. See /help')]) : undefined;
    const card = deps.catalog.get(command.name);
    if (!card) return await answer(ctx, deps, [ours(unknownCommand(command.name, deps, ctx))]);
    try {
      refuseAsking(card, ctx);
      await ask(ctx, deps, card, command.words);
    } catch (error) {
      if (!(error instanceof Problem) || error.code === 'ledger') throw error;
      ctx.log.info({ code: error.code, operation: card.name }, 'not asked');
      await noteRefused(ctx, deps, { operation: card.name, source: 'command', because: error.message });
      await answer(ctx, deps, [ours(error.message)]);
    }
  });
  return composer;
}

/** Asks what was typed, or for what it leaves out. */
async function ask(
  ctx: Filter<Ctx, 'message:text'>,
  deps: HubDeps,
  card: Card,
  typed: readonly string[],
): Promise<void> {
  const fleet = await deps.fleet.nodes(deps.now());
  const { words, reason } = card.risk === 'read' ? { words: typed, reason: undefined } : readBecause(typed);
  const scope = wholeScope(card, words, fleet);
  if (scope instanceof Problem)
    return await beginDraft(ctx, deps, card, { ...partOf(card, words, fleet), reason }, scope);
  await deps.ask({
    intent: `message ${ctx.chat.id} ${ctx.msg.message_id} ${ctx.msg.date}`,
    ...{ operator: ctx.admitted.operator, card, ...scope, reason, chat: ctx.chat.id, thread: threadOf(ctx.msg) },
    ...{ askedAt: ctx.msg.date * 1000, replyTo: ctx.msg.message_id },
  });
  deps.kick();
}

/** What was typed, or the Problem that something may be missing. */
function wholeScope(card: Card, words: readonly string[], fleet: readonly Node[]): Scope | Problem {
  try {
    return scopeOf(card, words, fleet);
  } catch (error) {
    if (error instanceof Problem && (error.code === 'which-node' || error.code === 'arguments')) return error;
    throw error;
  }
}

/** Throws Problem `role` when this person cannot ask for it, and Problem `within` when nobody can ask for it by itself. */
export function refuseAsking({ name, role, within }: Card, ctx: Ctx): void {
  const { operator } = ctx.admitted;
  if (!covers(operator.role, role))
    throw new Problem('role', `/${name} takes the role ${role}; you are here as ${operator.role}. See /help`);
  if (within !== undefined)
    throw new Problem('within', `/${name} is a part of /${within}, and is not asked for by itself. See /help`);
}

function unknownCommand(name: string, { catalog }: HubDeps, ctx: Ctx): string {
  const { role } = ctx.admitted.operator;
  const known = [...allowed(catalog, role), ...ownCommands(role)].map((each) => each.name);
  const near = nearest(name, known).map((each) => `/${each}`);
  return `There is no /${name}. ${near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'See /help'}`;
}
