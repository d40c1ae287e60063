import { el } from './dom.js';

/** Text that stays covered until it is clicked. */
export function spoiler(children) {
  const cover = el('button', { class: 'spoiler', type: 'button', 'aria-label': 'Hidden, press to show' }, ...children);
  cover.addEventListener('click', () => cover.replaceWith(el('span', { class: 'revealed' }, ...cover.childNodes)), {
    once: true,
  });
  return cover;
}
