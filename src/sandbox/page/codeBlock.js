import { copyButton } from './clipboard.js';
import { el } from './dom.js';

/** A block of output: monospace, scrolls sideways instead of wrapping, with a button that copies it. */
export function codeBlock(text, language) {
  const name = language || 'output';
  return el(
    'figure',
    { class: 'code-block' },
    el('figcaption', {}, name, copyButton(text, `Copy ${name}`)),
    el('pre', { tabindex: '0', 'aria-label': name }, el('code', {}, text)),
  );
}
