import { botAvatar, groupAvatar, personAvatar } from './avatar.js';
import { el } from './dom.js';
import { icon } from './icons.js';
import { roleOf } from './people.js';

/** The bar over the conversation: which chat this is, and on a phone the button that opens the switcher. */
export function createHeader({ avatar, title, about, button, roster, session, hasNews }) {
  return {
    draw() {
      const { chat, person } = session;
      const group = chat.type !== 'private';
      const role = roleOf(person).role;
      avatar.replaceChildren(group ? groupAvatar() : botAvatar());
      title.textContent = group ? chat.title : roster.bot.first_name;
      about.textContent = group ? memberNames(roster, chat) : `@${roster.bot.username} · bot`;
      button.setAttribute('aria-label', `You are ${person.first_name}, ${role}. Switch person or chat`);
      const dot = hasNews() ? [el('span', { class: 'dot' })] : [];
      button.replaceChildren(personAvatar(person), person.first_name, ...dot, icon('chevron'));
    },
  };
}

function memberNames({ people, bot }, chat) {
  const names = people.filter(({ id }) => chat.members.includes(id)).map((person) => person.first_name);
  return [bot.first_name, ...names].join(', ');
}
