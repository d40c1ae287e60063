import { el } from './dom.js';
import { icon } from './icons.js';
import { link } from './links.js';

/** The inline keyboard under a message: rows of buttons in their styles, each doing what its kind does. */
export function keyboard(message, presses, toasts) {
  const rows = message.reply_markup?.inline_keyboard ?? [];
  if (rows.length === 0) return undefined;
  const make = (button) => makeButton(button, message, presses, toasts);
  return el(
    'div',
    { class: 'keyboard', role: 'group', 'aria-label': 'Actions' },
    ...rows.map((row) => el('div', { class: 'keyboard-row' }, ...row.map(make))),
  );
}

function makeButton(button, message, presses, toasts) {
  if (button.url) return linkButton(button);
  if (button.copy_text) return copying(button, toasts);
  if (button.callback_data) return pressing(button, message, presses);
  return el(
    'button',
    { class: 'inline', type: 'button', disabled: true, title: 'Works in Telegram only' },
    button.text,
  );
}

function pressing({ text, callback_data: data, style }, message, presses) {
  const key = presses.keyOf(message, data);
  const attributes = { class: 'inline', type: 'button', 'data-style': style, 'data-press': key };
  const busy = { 'aria-busy': String(presses.isWaiting(key)) };
  return el('button', { ...attributes, ...busy, onclick: () => presses.press(key, message, data) }, text);
}

function linkButton({ text, url, style }) {
  const anchor = link(url, text, icon('open'));
  anchor.className = 'inline';
  if (style) anchor.dataset.style = style;
  return anchor;
}

function copying({ text, copy_text: { text: copied }, style }, toasts) {
  const copy = () => navigator.clipboard.writeText(copied).then(() => toasts.tell('Copied'), toasts.fail);
  return el('button', { class: 'inline', type: 'button', 'data-style': style, onclick: copy }, text, icon('copy'));
}
