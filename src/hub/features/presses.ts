import { Composer } from 'grammy';
import { Problem } from '#src/kit/problem.ts';
import type { Input } from '#src/operation/args.ts';
import type { Say } from '../alerts/handle.ts';
import { unseal } from '../campaigns/unseal/unseal.ts';
import type { Ctx, HubDeps } from '../context.ts';
import { reasonOf } from '../questions/needs.ts';
import type { Spoken } from '../questions/press.ts';
import { noteRefused } from '../questions/refused.ts';
import type { AlertAct, Button } from '../telegram/buttons.ts';
import { readButton } from '../telegram/buttons.ts';
import { threadOf } from '../updates/thread.ts';
import { checkNodes } from '../words/scope.ts';
import { pressLockdown } from './lockdown.ts';
import { refuseAsking } from './operations.ts';
import { askUnseal } from './unseal.ts';

const HOUR_MS = 3_600_000;
const SAYS: Record<AlertAct, Say> = {
  ack: { act: 'ack' },
  undo: { act: 'undo' },
  hush1h: { act: 'hush', forMs: HOUR_MS },
  hush4h: { act: 'hush', forMs: 4 * HOUR_MS },
  hushFixed: { act: 'hush', forMs: undefined },
};
const OVER: Spoken = { text: 'This question is over. Type the command again.', alert: true, stale: true };
const STALE: Spoken = { text: 'This button is no longer valid.', alert: true, stale: true };

/** Every press on a button of ours: yes and no, ask again, and the commands that a reply offers. */
export function presses(deps: HubDeps): Composer<Ctx> {
  const composer = new Composer<Ctx>();
  composer.on('callback_query:data', async (ctx) => {
    const { admitted } = ctx;
    if (admitted.kind !== 'press') return;
    const button = readButton(ctx.callbackQuery.data);
    const spoken = await act(ctx, deps, button, admitted.message).catch((error: unknown): Spoken => {
      if (error instanceof Problem && error.code !== 'ledger')
        return { text: error.message.slice(0, 200), alert: true, refused: true };
      throw error;
    });
    if (spoken.refused) await noteRefused(ctx, deps, { source: 'button', because: spoken.text });
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
    case 'again':
      return await askAgain(ctx, deps, button.confirm, at);
    case 'open': {
      const [job] = await deps.ledger.jobsById([button.job]);
      const offered = job?.reply?.buttons[button.index];
      if (!job || !offered) return STALE;
      return await askOnce(ctx, deps, { ...offered, nodes: [job.node], intent: `press ${ctx.callbackQuery?.id}` }, at);
    }
    case 'remedy':
    case 'mend': {
      const [alert] = await deps.ledger.alertsById([button.alert]);
      const remedy = (button.act === 'mend' ? alert?.after : alert?.reply.buttons)?.[button.index];
      if (!alert || !remedy) return STALE;
      return await askOnce(ctx, deps, { ...remedy, nodes: [alert.node], intent: `press ${ctx.callbackQuery?.id}` }, at);
    }
    case 'ack':
    case 'undo':
    case 'hush1h':
    case 'hush4h':
    case 'hushFixed':
      return { text: await deps.handle(button.alert, SAYS[button.act], operator, at.chat), alert: false };
    case 'cancel': {
      const [job] = await deps.ledger.jobsById([button.job]);
      if (!job) return STALE;
      return { text: await deps.cancel({ job, operator, chat: at.chat }), alert: true };
    }
    case 'lock':
    case 'lift':
      return { text: await pressLockdown(ctx, deps, button.act, button.lockdown, at.chat), alert: false };
    case 'verify':
    case 'resolve': {
      const [job] = await deps.ledger.jobsById([button.job]);
      if (!job) return STALE;
      return { text: await deps.after[button.act]({ job, operator, chat: at.chat }), alert: false };
    }
    case 'rerun': {
      const [job] = await deps.ledger.jobsById([button.job]);
      if (!job) return STALE;
      return await askOnce(ctx, deps, { ...job, nodes: [job.node], intent: `press ${ctx.callbackQuery?.id}` }, at);
    }
    case 'letIn':
    case 'turnAway': {
      if (!deps.enrolment) return STALE;
      const words = await deps.enrolment.decide({ id: button.invitation }, button.act === 'letIn', operator, at.chat);
      return { text: words.slice(0, 200), alert: true };
    }
    // A draft that still waits for its owner has taken the press before it comes here.
    case 'pick':
      return button.owner === operator.id ? OVER : { text: 'Only the person who asked can answer this.', alert: true };
    default:
      return button satisfies never;
  }
}

/** Asks what a question asked, once more. */
async function askAgain(ctx: Ctx, deps: HubDeps, id: string, at: { chat: number; id: number }): Promise<Spoken> {
  const { confirm, campaign } = (await deps.ledger.question(id)) ?? {};
  if (!confirm) return STALE;
  const what = campaign ? { operation: campaign.kind, input: campaign.input } : {};
  const again = { ...confirm, ...what, reason: reasonOf(confirm), intent: `again ${confirm.id}` };
  return await askOnce(ctx, deps, again, at);
}

/** Asks as if the command had been typed now, on the same nodes as before: a tap keeps the scope of its message. */
export async function askOnce(
  ctx: Ctx,
  deps: HubDeps,
  wanted: { operation: string; nodes: string[]; input: Input; reason?: string | undefined; intent: string },
  at: { chat: number; id: number },
): Promise<Spoken> {
  const { operator } = ctx.admitted;
  if (wanted.operation === unseal.name) {
    const { input, reason, intent } = wanted;
    await askUnseal(ctx, deps, { input, reason, intent, chat: at.chat, replyTo: at.id, source: 'button' });
    return { text: 'On it.', alert: false };
  }
  const card = deps.catalog.get(wanted.operation);
  if (!card) return STALE;
  refuseAsking(card, ctx);
  const now = deps.now();
  const nodes = (await deps.fleet.nodes(now)).filter(({ name }) => wanted.nodes.includes(name));
  checkNodes(card, wanted.input, nodes);
  const { intent, input, reason } = wanted;
  await deps.ask({
    intent,
    operator,
    card,
    nodes,
    input,
    reason,
    chat: at.chat,
    replyTo: at.id,
    thread: threadOf(ctx.msg),
    askedAt: now,
    source: 'button',
  });
  return { text: 'On it.', alert: false };
}
