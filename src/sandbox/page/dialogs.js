import { el } from './dom.js';

/** What the bot wants read before anything else: a callback's alert. */
export function alertDialog(from, text) {
  open(
    el(
      'dialog',
      { class: 'alert', 'aria-label': `${from} says` },
      el('h2', {}, from),
      el('p', {}, text),
      closing('solid', 'OK'),
    ),
  );
}

/** A document's text, over the chat. */
export function textDialog(title, text) {
  open(
    el(
      'dialog',
      { class: 'preview', 'aria-label': title },
      el('header', {}, el('h2', {}, title), closing('quiet', 'Close')),
      el('pre', { tabindex: '0', 'aria-label': `Contents of ${title}` }, text),
    ),
  );
}

function closing(look, label) {
  return el('form', { method: 'dialog' }, el('button', { class: look, autofocus: true }, label));
}

function open(dialog) {
  dialog.addEventListener('close', () => dialog.remove());
  dialog.addEventListener('click', ({ target }) => target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
}
