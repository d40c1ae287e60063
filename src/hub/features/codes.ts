import { Composer } from 'grammy';
import { Problem } from '#src/kit/problem.ts';
import type { Ctx, HubDeps } from '../context.ts';
import { ours } from '../render/html.ts';
import { answer } from '../telegram/answer.ts';

/** Six digits, which people also type with spaces or dashes, as their app shows them. */
const CODE = /^\d{6}$/;
/** What may be a code with a slip in it is deleted as well. */
const NEARLY = /^\d{4,10}$/;
const MAX_LENGTH = 16;

/** A code of an authenticator, if a question waits for one of this person or will. It comes before every other feature, so that none of them can keep it. */
export function codes(deps: HubDeps): Composer<Ctx> {
  const composer = new Composer<Ctx>();
  composer.on('message:text', async (ctx, next) => {
    const text = ctx.msg.text.trim();
    const code = text.replaceAll(/[\s-]/g, '');
    const { operator } = ctx.admitted;
    const isMeant = text.length <= MAX_LENGTH && NEARLY.test(code);
    const waiting = isMeant ? await deps.codes.waiting(operator, text) : undefined;
    if (waiting === undefined) return await next();
    const gone = await deleted(ctx);
    const stays = gone ? [] : ['I could not delete your message: delete it yourself.'];
    const say = async (words: string | undefined): Promise<void> => {
      const all = [...(words === undefined ? [] : [words]), ...stays];
      if (all.length > 0) await answer(ctx, deps, [ours(all.join(' '))], { replyTo: undefined });
    };
    if (ctx.chat.id !== operator.id)
      return await say('Not here: others may have read it. Wait for the next code, and type it in our private chat.');
    if (waiting.first !== undefined) return await say(waiting.first);
    if (!CODE.test(code)) return await say('A code has six digits. Type it again.');
    try {
      await say(await deps.codes.send(waiting.confirm, { operator, message: ctx.msg.message_id, code }));
    } catch (error) {
      if (!(error instanceof Problem) || error.code === 'ledger') throw error;
      await say(error.message);
    }
    deps.kick();
  });
  return composer;
}

/** Deletes the message that came in; a Telegram that fails is only logged, and what it says has no text of ours in it. */
async function deleted(ctx: Ctx): Promise<boolean> {
  return await ctx.deleteMessage().catch((err: unknown) => {
    ctx.log.warn({ err }, 'a code was not deleted');
    return false;
  });
}
