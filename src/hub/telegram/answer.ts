import { setTimeout as sleep } from 'node:timers/promises';
import { GrammyError, HttpError, InputFile } from 'grammy';
import type { ForceReply, InlineKeyboardMarkup } from 'grammy/types';
import type { Ctx, HubDeps } from '../context.ts';
import type { Html } from '../render/html.ts';
import type { Screen } from '../render/screen.ts';
import { fitParts } from '../render/screen.ts';

/** An answer that Telegram surely did not take is sent once more when that can be soon, in ms. */
const SOON_MS = 3_000;
const AFTER_ERROR_MS = 1_000;

/** What may stand below an answer, and which message it answers when that is not the one that came in. */
export interface AnswerOptions {
  markup?: InlineKeyboardMarkup | ForceReply;
  file?: Screen['file'];
  replyTo?: number | undefined;
}

/** Answers at once and for good, from what the hub itself knows: help, lists, and why something cannot be done. Nothing durable hangs on it, so a Telegram that fails is only logged. */
export async function answer(
  ctx: Ctx,
  deps: Pick<HubDeps, 'config'>,
  parts: readonly Html[],
  { markup, replyTo = ctx.msg?.message_id, ...options }: AnswerOptions = {},
): Promise<void> {
  const { html, file = options.file } = fitParts(parts);
  const place = {
    protect_content: deps.config.protectContent,
    ...(replyTo === undefined ? {} : { reply_parameters: { message_id: replyTo, allow_sending_without_reply: true } }),
  };
  await attempt(ctx, () =>
    ctx.reply(html, {
      parse_mode: 'HTML',
      link_preview_options: { is_disabled: true },
      ...place,
      ...(markup ? { reply_markup: markup } : {}),
    }),
  );
  if (!file) return;
  const document = () => new InputFile(Buffer.from(file.text), file.name);
  await attempt(ctx, () => ctx.replyWithDocument(document(), { ...place, caption: file.caption }));
}

/** Calls Telegram for something that may be lost: a refusal is logged, and tried once more when it says that this helps soon. */
export async function attempt(ctx: Ctx, call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (!(error instanceof GrammyError || error instanceof HttpError)) throw error;
    const waitMs = soonAgain(error);
    ctx.log.warn({ err: error, waitMs }, 'answer not taken');
    if (waitMs === undefined) return;
    await sleep(waitMs);
    await call().catch((err: unknown) => ctx.log.warn({ err }, 'answer given up'));
  }
}

/** How long to wait when another try is worth it, in ms; an answer that may have been shown is never sent twice. */
function soonAgain(error: GrammyError | HttpError): number | undefined {
  if (error instanceof HttpError) return undefined;
  if (error.error_code >= 500) return AFTER_ERROR_MS;
  const waitMs = error.error_code === 429 ? (error.parameters.retry_after ?? 1) * 1000 : Number.POSITIVE_INFINITY;
  return waitMs <= SOON_MS ? waitMs : undefined;
}
