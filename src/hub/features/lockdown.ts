import { Composer } from 'grammy';
import { clip, sanitise } from '#src/kit/text.ts';
import type { Role } from '#src/operation/risk.ts';
import { covers } from '#src/operation/risk.ts';
import type { Ctx, HubDeps } from '../context.ts';
import { hasOrdered, nothingToLift, stayingLocked, wordsOf } from '../lockdown/lockdown.ts';
import type { Node } from '../nodes/fleet.ts';
import { noteRefused } from '../questions/refused.ts';
import type { Html } from '../render/html.ts';
import { bold, ours } from '../render/html.ts';
import { answer, attempt } from '../telegram/answer.ts';
import { button } from '../telegram/buttons.ts';

/** `/lockdown [reason]`: stops all changes after one tap; `/lockdown lift`: an admin asks, another person confirms. */
export function lockdown(deps: HubDeps): Composer<Ctx> {
  const composer = new Composer<Ctx>();
  composer.command('lockdown', async (ctx) => {
    const typed = ctx.match.trim().replace(/\s+/g, ' ');
    const wanted = typed.toLowerCase() === 'lift' ? 'lift' : 'lock';
    const needed: Role = wanted === 'lift' ? 'admin' : 'operator';
    const { operator } = ctx.admitted;
    if (!covers(operator.role, needed)) {
      const because = `/lockdown${wanted === 'lift' ? ' lift' : ''} takes the role ${needed}; you are here as ${operator.role}. See /help`;
      await noteRefused(ctx, deps, { source: 'command', because });
      return await answer(ctx, deps, [ours(because)]);
    }
    if (wanted === 'lift') return await askToLift(ctx, deps);
    const { lockdown: found, unreadable, nodes } = await deps.lockdown.status();
    if (found && !unreadable) {
      const words = wordsOf(found, deps.config.timezone);
      return await answer(ctx, deps, [
        bold(ours(`🔒 Nothing is changed now: ${words}.`)),
        ...nodes.map(nodeLine),
        ours(HOW),
      ]);
    }
    const reason = clip(sanitise(typed), 200) || undefined;
    const id = await deps.lockdownAsk.ask('lock', operator, ctx.chat.id, reason);
    const parts = [bold(ours('Stop all changes on all nodes?')), ours(WHAT), ours(HOW)];
    const lock = button('🔒 Lock', { act: 'lock', lockdown: id }, 'danger');
    await answer(ctx, deps, parts, { markup: { inline_keyboard: [[lock]] } });
  });
  return composer;
}

const WHAT = 'Reads, alerts and the audit go on. What runs is not torn; what waits does not begin.';
const HOW = 'It ends with /lockdown lift and a second person, or on each node with: nightguard lockdown lift';

/** What a tap on one of its buttons does; the words go to who pressed, and what was said is told to the others. */
export async function pressLockdown(
  ctx: Ctx,
  deps: HubDeps,
  act: 'lock' | 'lift',
  id: string,
  chat: number,
): Promise<string> {
  const { operator } = ctx.admitted;
  const said = await deps.lockdownAsk.press(act, id, operator, chat);
  const { lockdown: found, nodes } = await deps.lockdown.status();
  const words = found
    ? `🔒 Nothing is changed now: ${wordsOf(found, deps.config.timezone)}. ${HOW}`
    : [`🔓 Changes are possible again: ${operator.name} confirmed it.`, ...stayingLocked(nodes)].join(' ');
  await attempt(ctx, () => ctx.editMessageText(words, { link_preview_options: { is_disabled: true } }));
  await tellOthers(ctx, deps, chat, words);
  return said;
}

async function askToLift(ctx: Ctx, deps: HubDeps): Promise<void> {
  const { operator } = ctx.admitted;
  const chat = ctx.chat?.id ?? operator.id;
  const { lockdown: found, nodes } = await deps.lockdown.status();
  if (!found && !nodes.some(hasOrdered)) return await answer(ctx, deps, [ours(nothingToLift(nodes))]);
  const id = await deps.lockdownAsk.ask('lift', operator, chat);
  const lift = button('🔓 Lift it', { act: 'lift', lockdown: id }, 'danger');
  const markup = { inline_keyboard: [[lift]] };
  const what = found ? `: ${wordsOf(found, deps.config.timezone)}` : '';
  const question = `${operator.name} asks to lift the lockdown${what}. Another person has to say yes within 15 minutes.`;
  await answer(ctx, deps, [ours(question)], { markup });
  if (chat === operator.id) await tellOthers(ctx, deps, chat, question, markup);
}

/** To everybody who could act on it, beside the chat in which it was said. A person who has never written to the bot cannot be told. */
async function tellOthers(
  ctx: Ctx,
  { config }: Pick<HubDeps, 'config'>,
  chat: number,
  words: string,
  markup?: { inline_keyboard: ReturnType<typeof button>[][] },
): Promise<void> {
  const others = config.operators.filter(({ id, role }) => id !== ctx.admitted.operator.id && role !== 'viewer');
  const chats = [...new Set([...others.map(({ id }) => id), ...(markup ? [] : config.chats)])].filter(
    (id) => id !== chat,
  );
  const options = { protect_content: config.protectContent, ...(markup ? { reply_markup: markup } : {}) };
  await Promise.all(chats.map((id) => attempt(ctx, () => ctx.api.sendMessage(id, words, options))));
}

function nodeLine(node: Node): Html {
  const { name, lifted, awayMs } = node;
  if (hasOrdered(node)) return ours(`🔒 ${name} knows it.`);
  if (lifted !== undefined) return ours(`🔓 ${name} has been lifted in person.`);
  return ours(`⏳ ${name} ${awayMs === undefined ? 'has not said so yet.' : 'is away, and is told when it is back.'}`);
}
