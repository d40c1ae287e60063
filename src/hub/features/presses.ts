import { Composer } from 'grammy';
import { Problem } from '#src/kit/problem.ts';
import type { Input } from '#src/operation/args.ts';
import { covers } from '#src/operation/risk.ts';
import type { Button } from '../buttons.ts';
import { readButton } from '../buttons.ts';
import type { Ctx, HubDeps } from '../context.ts';
import type { Spoken } from '../press.ts';
import { checkNodes } from '../scope.ts';
import { notAllowed } from './operations.ts';

const STALE: Spoken = { text: 'This button is no longer valid.', alert: true, stale: true };

/** Every press on a button of ours: yes and no, ask again, and the commands that a reply offers. */
export function presses(deps: HubDeps): Composer<Ctx> {
  const composer = new Composer<Ctx>();
  composer.on('callback_query:data', async (ctx) => {
    const { admitted } = ctx;
    if (admitted.kind !== 'press') return;
    const spoken = await act(ctx, deps, readButton(ctx.callbackQuery.data), admitted.message).catch(
      (error: unknown) => {
        if (error instanceof Problem && error.code !== 'ledger')
          return { text: error.message.slice(0, 200), alert: true };
        throw error;
      },
    );
    // The kick comes first: a press that Telegram has forgotten must still be told in the message.
    deps.kick();
    await ctx
      .answerCallbackQuery({ text: spoken.text, show_alert: spoken.alert })
      .catch((err) => ctx.log.info({ err }, 'press not answered'));
    if ('stale' in spoken)
      await ctx.editMessageReplyMarkup().catch((err) => ctx.log.info({ err }, 'buttons not taken away'));
  });
  return composer;
}

async function act(
  ctx: Ctx,
  deps: HubDeps,
  button: Button | undefined,
  at: { chat: number; id: number },
): Promise<Spoken> {
  if (!button) return STALE;
  const { operator } = ctx.admitted;
  switch (button.act) {
    case 'yes':
    case 'no':
      return await deps.press({ confirm: button.confirm, answer: button.act, operator, chat: at.chat, message: at.id });
    case 'again': {
      const confirm = (await deps.ledger.question(button.confirm))?.confirm;
      if (!confirm) return STALE;
      return await askOnce(ctx, deps, { ...confirm, intent: `again ${confirm.id}` }, at);
    }
    case 'open': {
      const [job] = await deps.ledger.jobsById([button.job]);
      const offered = job?.reply?.buttons[button.index];
      if (!job || !offered) return STALE;
      return await askOnce(ctx, deps, { ...offered, nodes: [job.node], intent: `press ${ctx.callbackQuery?.id}` }, at);
    }
    default:
      return button satisfies never;
  }
}

/** Asks as if the command had been typed now, on the same nodes as before: a tap keeps the scope of its message. */
async function askOnce(
  ctx: Ctx,
  deps: HubDeps,
  wanted: { operation: string; nodes: string[]; input: Input; intent: string },
  at: { chat: number; id: number },
): Promise<Spoken> {
  const { operator } = ctx.admitted;
  const card = deps.catalog.get(wanted.operation);
  if (!card) return STALE;
  if (!covers(operator.role, card.role)) return { text: notAllowed(card, ctx), alert: true };
  const now = deps.now();
  const nodes = (await deps.fleet.nodes(now)).filter(({ name }) => wanted.nodes.includes(name));
  checkNodes(card, wanted.input, nodes);
  const { intent, input } = wanted;
  await deps.ask({
    intent,
    operator,
    card,
    nodes,
    input,
    chat: at.chat,
    replyTo: at.id,
    thread: ctx.msg?.message_thread_id,
    askedAt: now,
  });
  return { text: 'On it.', alert: false };
}
