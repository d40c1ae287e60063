import { el } from './dom.js';
import { roleOf } from './people.js';

const suggestions = ['/health', '/restart local demo', '/help'];

/** What an empty chat says: what this is, who you are in it, and three things to try with one tap. */
export function createEmpty(container, say) {
  const chip = (text) => el('button', { class: 'chip', type: 'button', onclick: () => say(text) }, text);
  return {
    hide: () => {
      container.hidden = true;
    },
    show({ person, chat }) {
      const where = chat.type === 'private' ? 'Nightguard is on watch' : `Nightguard watches ${chat.title}`;
      container.hidden = false;
      container.replaceChildren(
        el('img', { src: '/page/logo.svg', alt: '', width: '72', height: '72' }),
        el('h2', {}, where),
        el('p', {}, 'Ask how the machine is, or restart the demo workload: you see what will happen before it does.'),
        el('div', { class: 'chips', role: 'group', 'aria-label': 'Things to try' }, ...suggestions.map(chip)),
        el('p', { class: 'hint' }, `${person.first_name} ${roleOf(person).about}.`),
      );
    },
  };
}
