import { Composer } from 'grammy';
import type { Ctx, HubDeps } from '../context.ts';
import { questionOf, stageOf } from '../questions/needs.ts';
import { wordsKey } from '../questions/wordsPlace.ts';
import { ours } from '../render/html.ts';
import { answer } from '../telegram/answer.ts';
import { threadOf } from '../updates/thread.ts';
import { readCommand } from '../words/command.ts';

/** Words that a question waits for: the reason for a change, or the name of what it would destroy. */
export function replies(deps: HubDeps): Composer<Ctx> {
  const composer = new Composer<Ctx>();
  composer.on('message:text', async (ctx, next) => {
    const { operator } = ctx.admitted;
    const isAnswer = ctx.chat.type === 'private' || ctx.msg.reply_to_message?.from?.id === ctx.me.id;
    if (!isAnswer || readCommand(ctx.msg, ctx.me.username)) return await next();
    const confirm = await deps.ledger.recall(wordsKey(ctx.chat.id, threadOf(ctx.msg), operator.id));
    if (!confirm || !(await waitsForWords(deps, confirm, ctx.msg.message_id))) return await next();
    const said = { text: ctx.msg.text, message: ctx.msg.message_id };
    const spoken = await deps.press({ confirm, answer: said, operator, chat: ctx.chat.id });
    deps.kick();
    if (spoken.alert || spoken.text.startsWith('That is not')) await answer(ctx, deps, [ours(spoken.text)]);
  });
  return composer;
}

/** Whether these words belong to the question: it waits for some, or has had them already. */
async function waitsForWords({ ledger, catalog, config, now }: HubDeps, id: string, message: number): Promise<boolean> {
  const story = await ledger.question(id);
  const question = story && questionOf(story, catalog, config.operators);
  if (!question) return false;
  const { state, expiresAt, said } = question.confirm;
  if (said?.typed.includes(message)) return true;
  const stage = stageOf(question);
  return state === 'open' && now() < expiresAt && (stage === 'reason' || stage === 'name');
}
