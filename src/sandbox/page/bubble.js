import { botAvatar, personAvatar, tint } from './avatar.js';
import { exactly, timeOf } from './dates.js';
import { documentRow } from './documents.js';
import { el, reconcile } from './dom.js';
import { icon } from './icons.js';
import { keyboard } from './keyboard.js';
import { richText } from './text.js';

/** A new, empty message element; `fillMessage` draws it, now and after every edit. */
export function messageElement(message) {
  const stack = el('div', { class: 'stack' }, el('div', { class: 'bubble' }));
  return el('article', { class: 'message', 'data-message-id': String(message.message_id), tabindex: '-1' }, stack);
}

/** Draws `message` into its element: who, what it answers, file, text, time, and the buttons under the bubble. */
export function fillMessage(article, message, { own, named, actions }) {
  article.classList.toggle('own', own);
  article.setAttribute('aria-label', `${message.from.first_name}, ${timeOf(message.date)}`);
  const stack = article.querySelector('.stack');
  const [bubble, buttons] = stack.children;
  bubble.replaceChildren(...contents(message, named, actions).filter(Boolean));
  reconcile(stack, [bubble, sameOrNew(buttons, message, actions)].filter(Boolean));
  const avatar = named === undefined ? undefined : avatarOf(message.from, named);
  reconcile(article, [avatar, stack, replyButton(() => actions.reply(message))].filter(Boolean));
  bubble.ondblclick = () => actions.reply(message);
}

function replyButton(onclick) {
  const attributes = { class: 'icon-button reply-button', type: 'button', 'aria-label': 'Reply', title: 'Reply' };
  return el('button', { ...attributes, onclick }, icon('reply'));
}

/** Buttons that an edit leaves alone stay the same elements, so that a finger on one still presses it. */
function sameOrNew(buttons, message, { presses, toasts }) {
  const markup = JSON.stringify(message.reply_markup);
  if (buttons && buttons.dataset.markup === markup) return buttons;
  const next = keyboard(message, presses, toasts);
  if (next) next.dataset.markup = markup;
  return next;
}

function contents(message, named, { say, toasts }) {
  const text = message.text ?? message.caption ?? '';
  return [
    named ? el('div', { class: 'sender', 'data-tint': tint(message.from) }, message.from.first_name) : undefined,
    message.reply_to_message ? quote(message.reply_to_message) : undefined,
    message.document ? documentRow(message.document, toasts.fail) : undefined,
    text
      ? el('div', { class: 'text' }, ...richText(text, message.entities ?? message.caption_entities, say))
      : undefined,
    meta(message),
    ...(message.reactions ?? []).map(({ emoji }) => el('span', { class: 'reaction' }, emoji)),
  ];
}

function quote(original) {
  const text = original.text ?? original.caption ?? original.document?.file_name ?? 'a message';
  const jump = () =>
    document.querySelector(`[data-message-id="${original.message_id}"]`)?.scrollIntoView({ block: 'center' });
  const author = el('strong', { 'data-tint': tint(original.from) }, original.from.first_name);
  return el('button', { class: 'quote', type: 'button', onclick: jump }, author, el('span', {}, text));
}

function meta({ date, edit_date: edited, edits }) {
  const time = el('time', { datetime: new Date(date * 1000).toISOString(), title: exactly(date) }, timeOf(date));
  if (!edited) return el('div', { class: 'meta' }, time);
  const times = edits > 1 ? `Edited ${edits} times, last ` : 'Edited ';
  return el(
    'div',
    { class: 'meta' },
    el('span', { class: 'edited', title: times + exactly(edited) }, 'edited'),
    ' ',
    time,
  );
}

function avatarOf(from, named) {
  if (!named) return el('span', { class: 'avatar' });
  return from.is_bot ? botAvatar() : personAvatar(from);
}
