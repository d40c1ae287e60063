import type { Ctx, HubDeps } from './context.ts';
import type { Html } from './render/html.ts';
import { fitParts } from './render/screen.ts';

/** Answers at once and for good, from what the hub itself knows: help, lists, and why something cannot be done. */
export async function answer(ctx: Ctx, deps: Pick<HubDeps, 'config'>, parts: readonly Html[]): Promise<void> {
  const message = ctx.msg?.message_id;
  await ctx.reply(fitParts(parts).html, {
    parse_mode: 'HTML',
    link_preview_options: { is_disabled: true },
    protect_content: deps.config.protectContent,
    ...(message === undefined ? {} : { reply_parameters: { message_id: message, allow_sending_without_reply: true } }),
  });
}
