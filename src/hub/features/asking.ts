import type { Conversation, ConversationBuilder } from '@grammyjs/conversations';
import { conversations, createConversation } from '@grammyjs/conversations';
import type { Context } from 'grammy';
import { Composer } from 'grammy';
import { Problem } from '#src/kit/problem.ts';
import type { Card } from '#src/operation/define.ts';
import { covers } from '#src/operation/risk.ts';
import { freshId } from '#src/wire/ids.ts';
import type { Ctx, HubDeps } from '../context.ts';
import { refuseHopeless } from '../questions/prod.ts';
import { ours } from '../render/html.ts';
import { readButton } from '../telegram/buttons.ts';
import { threadOf } from '../updates/thread.ts';
import { createTurns } from '../updates/turns.ts';
import type { Need } from '../words/draft.ts';
import { answered, choiceCode, choicesOf, Draft, needOf } from '../words/draft.ts';
import type { Said } from '../words/draftAnswer.ts';
import { readAnswer } from '../words/draftAnswer.ts';
import { settledText } from '../words/draftScreen.ts';
import { createDraftStore, draftKey } from '../words/draftStore.ts';
import type { Scope } from '../words/scope.ts';
import { usageOf } from '../words/usage.ts';
import { complain, endDraft, replace, showDraft } from './draftShown.ts';

const NAME = 'draft';
/** How long a draft waits for the next answer, in ms. */
const PATIENCE_MS = 300_000;
/** Changes with what the conversation does between two answers, so that drafts of another release are dropped. */
const VERSION = 1;

/** What a command leaves out is asked for, one answer after the other; the last one is what asks. See docs/decisions/0010. */
export function asking(deps: HubDeps): Composer<Ctx> {
  const all = new Composer<Ctx>();
  // Whoever says yes or no answers no draft and begins none: the ledger is not asked for one.
  const composer = all.filter((ctx) => !isYesOrNo(ctx.callbackQuery?.data));
  const turns = createTurns();
  const store = createDraftStore(deps.ledger);
  composer.use((ctx, next) => turns(draftKey(ctx), next));
  composer.use(conversations<Ctx, Context>({ storage: { type: 'context', version: VERSION, adapter: store } }));
  composer.use(async (ctx, next) => {
    try {
      await next();
      if (ctx.trouble) throw ctx.trouble.error;
    } catch (error) {
      ctx.failed = true;
      throw error;
    }
  });
  const options = { id: NAME, parallel: true, maxMillisecondsToWait: PATIENCE_MS };
  composer.use(createConversation<Ctx, Context>(collect(deps), options));
  return all;
}

function isYesOrNo(data: string | undefined): boolean {
  const act = data === undefined ? undefined : readButton(data)?.act;
  return act === 'yes' || act === 'no';
}

/** Begins to ask for what a command leaves out. Throws the Problem that says why that makes no sense: `why`, when nothing is missing or there is too much to choose from. */
export async function beginDraft(
  ctx: Ctx,
  deps: HubDeps,
  card: Card,
  { nodes, input, reason }: Scope & { reason?: string | undefined },
  why: Problem,
): Promise<void> {
  refuseHopeless(deps.config, ctx.chat?.id ?? 0, card, nodes);
  const draft: Draft = {
    ...{ id: freshId(), operation: card.name, owner: ctx.admitted.operator.id, input },
    replyTo: ctx.msg?.message_id,
    nodes: nodes.map(({ name }) => name),
    ...(reason === undefined ? {} : { reason }),
  };
  const need = needOf(draft, card, nodes);
  if (need.kind === 'too many' || need.kind === 'nothing') throw why;
  await ctx.conversation.enter(NAME, draft);
  await showDraft(ctx, deps, draft, card, need);
}

/** The replayed part: it only says which answers belong to the draft. All that happens, happens outside. */
function collect(deps: HubDeps): ConversationBuilder<Ctx, Context> {
  return async (conversation: Conversation<Ctx, Context>, _, begun: unknown) => {
    let draft: Draft | undefined = Draft.parse(begun);
    while (draft) {
      const said = readAnswer(await conversation.wait(), draft);
      if (said.kind === 'other') return await conversation.skip({ next: true });
      const before: Draft = draft;
      draft = await outside(conversation, (ctx) => advance(ctx, deps, before, said));
      if (said.kind === 'command') return await conversation.halt({ next: true });
    }
  };
}

/** Lets something happen once and not again in a replay; an error goes around the conversation, which would keep it as text. */
async function outside<T>(
  conversation: Conversation<Ctx, Context>,
  act: (ctx: Ctx) => Promise<T>,
): Promise<T | undefined> {
  return await conversation.external(async (ctx) => {
    try {
      return await act(ctx);
    } catch (error) {
      ctx.trouble = { error };
      return undefined;
    }
  });
}

/** Takes one answer: the draft as it is then, or nothing when it has come to its end. */
async function advance(ctx: Ctx, deps: HubDeps, draft: Draft, said: Said): Promise<Draft | undefined> {
  if (said.kind === 'command') ctx.dropped = true;
  if (said.kind === 'command' || said.kind === 'other') return undefined;
  const card = deps.catalog.get(draft.operation);
  if (!card || !covers(ctx.admitted.operator.role, card.role))
    return await endDraft(ctx, deps, ours('You cannot ask for this any more. See /help'));
  if (said.kind === 'never') return await endDraft(ctx, deps, ours('Put aside. Nothing was asked.'));
  try {
    return await take(ctx, deps, card, draft, said);
  } catch (error) {
    if (!(error instanceof Problem) || error.code === 'ledger') throw error;
    return await endDraft(ctx, deps, ours(error.message));
  }
}

async function take(
  ctx: Ctx,
  deps: HubDeps,
  card: Card,
  draft: Draft,
  said: Extract<Said, { kind: 'page' | 'pressed' | 'typed' }>,
): Promise<Draft | undefined> {
  const fleet = await deps.fleet.nodes(deps.now());
  const need = needOf(draft, card, fleet);
  if (said.kind === 'page') {
    await showDraft(ctx, deps, draft, card, need, said.page);
    return draft;
  }
  const words = said.kind === 'typed' ? said.text : choicesOf(need)?.find((name) => choiceCode(name) === said.code);
  const next =
    words === undefined
      ? new Problem('unknown-target', 'This is not there any more. Choose again.')
      : tried(draft, card, need, words);
  if (next instanceof Problem) {
    await complain(ctx, deps, next);
    return draft;
  }
  refuseHopeless(
    deps.config,
    ctx.chat?.id ?? 0,
    card,
    fleet.filter(({ name }) => next.nodes.includes(name)),
  );
  const then = needOf(next, card, fleet);
  if (then.kind === 'too many')
    throw new Problem('arguments', `There is too much to choose from. Usage: ${usageOf(card)}`);
  if (then.kind !== 'nothing') {
    await showDraft(ctx, deps, next, card, then);
    return next;
  }
  await ask(ctx, deps, card, next, { nodes: then.nodes, input: next.input });
  return undefined;
}

/** Asks as if it had been typed in one piece. Of two last answers to one draft the first counts. */
async function ask(ctx: Ctx, deps: HubDeps, card: Card, draft: Draft, { nodes, input }: Scope): Promise<void> {
  const { operator } = ctx.admitted;
  await deps.ask({
    ...{ intent: `draft ${draft.id}`, operator, card, nodes, input, replyTo: draft.replyTo },
    reason: draft.reason,
    chat: ctx.chat?.id ?? operator.id,
    thread: threadOf(ctx.msg),
    askedAt: ctx.callbackQuery ? deps.now() : (ctx.msg?.date ?? 0) * 1000,
  });
  deps.kick();
  if (ctx.callbackQuery) await replace(ctx, settledText(draft, card));
}

function tried(draft: Draft, card: Card, need: Need, words: string): Draft | Problem {
  try {
    return answered(draft, card, need, words);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}
