import { el } from './dom.js';
import { icon } from './icons.js';

const shown = 1600;

/** A button that copies `text` and says so for a moment. */
export function copyButton(text, label) {
  const button = el('button', { class: 'copy', type: 'button', 'aria-label': label, title: label }, icon('copy'));
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(text);
    button.replaceChildren(icon('check'));
    button.setAttribute('aria-label', 'Copied');
    setTimeout(() => {
      button.replaceChildren(icon('copy'));
      button.setAttribute('aria-label', label);
    }, shown);
  });
  return button;
}
