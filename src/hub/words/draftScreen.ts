import type { InlineKeyboardButton } from 'grammy/types';
import { sanitise } from '#src/kit/text.ts';
import type { Card } from '#src/operation/define.ts';
import type { Html } from '../render/html.ts';
import { bold, code, line, lines, ours, theirs } from '../render/html.ts';
import { button } from '../telegram/buttons.ts';
import type { Draft, Need } from './draft.ts';
import { choiceCode, choicesOf } from './draft.ts';
import { spoken } from './spoken.ts';

const PER_PAGE = 20;
const PER_ROW = 3;

/** What the chat shows of a draft. `typed`: no button can answer it. */
export interface Asking {
  html: Html;
  keyboard: InlineKeyboardButton[][];
  typed: boolean;
}

/** The question for what a draft lacks, at one page of its choices (from 0). */
export function askingScreen(draft: Draft, card: Card, need: Need, wanted = 0): Asking {
  const never = button('Never mind', { act: 'pick', draft: draft.id, owner: draft.owner, choice: 'x' });
  const html = lines([bold(questionOf(draft, card, need)), ...hints(need)]);
  const choices = choicesOf(need) ?? [];
  const pages = Math.ceil(choices.length / PER_PAGE);
  const page = wanted < pages ? wanted : 0;
  const shown = choices.slice(page * PER_PAGE, (page + 1) * PER_PAGE);
  const pick = (text: string, choice: string) =>
    button(text, { act: 'pick', draft: draft.id, owner: draft.owner, choice });
  const rows = inRows(shown.map((name) => pick(labelOf(name, need), choiceCode(name))));
  const turns = pages > 1 ? [pick(`More (${page + 1} of ${pages})`, `p${(page + 1) % pages}`)] : [];
  return { html, keyboard: [...rows, [...turns, never]], typed: need.kind === 'words' };
}

/** What was asked in the end, for the message that asked for it piece by piece. */
export function settledText(draft: Draft, card: Card): Html {
  return line(ours('☑️'), bold(ours(aboutOf(draft, card))));
}

function questionOf(draft: Draft, card: Card, need: Need): Html {
  const about = ours(aboutOf(draft, card));
  if (need.kind === 'node') return ours(`${spoken(card)}${targetText(draft, card)} where?`);
  if (need.kind === 'target') return ours(`${spoken(card)} what on ${need.node.name}?`);
  return need.kind === 'words' ? line(about, ours(`– ${need.param.name}?`)) : about;
}

function hints(need: Need): (Html | undefined)[] {
  if (need.kind === 'node') return [need.out.length > 0 ? ours(`Left out: ${need.out.join(', ')}`) : undefined];
  if (need.kind !== 'words') return [];
  const { description, example } = need.param;
  return [description === undefined ? undefined : theirs(description), line(ours('Such as'), code(example))];
}

/** Restart web on alpha: as far as it is known. */
function aboutOf(draft: Draft, card: Card): string {
  const [node, other] = draft.nodes;
  return `${spoken(card)}${targetText(draft, card)}${node === undefined || other !== undefined ? '' : ` on ${node}`}`;
}

function targetText({ input }: Draft, card: Card): string {
  const target = card.targetOf(input);
  return target === undefined ? '' : ` ${target}`;
}

function labelOf(name: string, need: Need): string {
  const prod = need.kind === 'node' && need.nodes.some((node) => node.name === name && node.environment === 'prod');
  const clean = sanitise(name).replace(/\s+/g, ' ').trim() || '?';
  return prod ? `🔴 ${clean}` : clean;
}

function inRows<T>(all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / PER_ROW) }, (_, row) =>
    all.slice(row * PER_ROW, (row + 1) * PER_ROW),
  );
}
