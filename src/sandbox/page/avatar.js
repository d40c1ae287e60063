import { el } from './dom.js';
import { icon } from './icons.js';

const tints = 5;

/** A person's round initial, in the colour that is theirs everywhere. */
export function personAvatar(person) {
  return el(
    'span',
    { class: 'avatar', 'data-tint': tint(person), 'aria-hidden': 'true' },
    person.first_name.slice(0, 1),
  );
}

/** The bot's picture. */
export function botAvatar() {
  return el('img', { class: 'avatar', src: '/page/logo.svg', alt: '' });
}

/** The group's picture. */
export function groupAvatar() {
  return el('span', { class: 'avatar', 'data-tint': 'group', 'aria-hidden': 'true' }, icon('group'));
}

/** Which of the page's tints marks a person. */
export function tint(person) {
  return person.is_bot ? 'bot' : String(person.id % tints);
}
