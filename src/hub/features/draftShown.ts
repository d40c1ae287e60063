import type { Problem } from '#src/kit/problem.ts';
import type { Card } from '#src/operation/define.ts';
import type { Ctx, HubDeps } from '../context.ts';
import type { Html } from '../render/html.ts';
import { line, ours } from '../render/html.ts';
import { answer, attempt } from '../telegram/answer.ts';
import type { Draft, Need } from '../words/draft.ts';
import { askingScreen, settledText } from '../words/draftScreen.ts';

/** Shows the question: in the message that was pressed, or in a new one. */
export async function showDraft(
  ctx: Ctx,
  deps: HubDeps,
  draft: Draft,
  card: Card,
  need: Need,
  page = 0,
): Promise<void> {
  const { html, keyboard, typed } = askingScreen(draft, card, need, page);
  const buttons = { inline_keyboard: keyboard };
  if (ctx.callbackQuery && !typed) return await replace(ctx, html, buttons);
  if (ctx.callbackQuery) await replace(ctx, settledText(draft, card));
  // In a group with privacy mode the bot hears no more than answers to itself.
  const force = typed && ctx.chat?.type !== 'private';
  await answer(ctx, deps, [html], {
    markup: force ? { force_reply: true, selective: true } : buttons,
    replyTo: draft.replyTo,
  });
}

/** Says how a draft came to its end. */
export async function endDraft(ctx: Ctx, deps: HubDeps, html: Html): Promise<undefined> {
  if (ctx.callbackQuery) await replace(ctx, html);
  else await answer(ctx, deps, [html]);
}

/** Says what is wrong with an answer; the draft goes on. */
export async function complain(ctx: Ctx, deps: HubDeps, { message }: Problem): Promise<void> {
  if (!ctx.callbackQuery) return await answer(ctx, deps, [line(ours(message), ours('Or /cancel'))]);
  await attempt(ctx, () => ctx.answerCallbackQuery({ text: message.slice(0, 200), show_alert: true }));
}

/** Takes a press of a button of a draft, and writes another text in its message. */
export async function replace(
  ctx: Ctx,
  html: Html,
  buttons?: { inline_keyboard: ReturnType<typeof askingScreen>['keyboard'] },
) {
  await attempt(ctx, () => ctx.answerCallbackQuery());
  await attempt(ctx, () =>
    ctx.editMessageText(html, {
      parse_mode: 'HTML',
      link_preview_options: { is_disabled: true },
      ...(buttons ? { reply_markup: buttons } : {}),
    }),
  );
}
