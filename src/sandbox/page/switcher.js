import { botAvatar, groupAvatar, personAvatar } from './avatar.js';
import { when } from './dates.js';
import { el, reconcile } from './dom.js';
import { roleOf } from './people.js';

/** The side list: whom you play, and that person's chats with the last word of each and a dot where something is new. */
export function createSwitcher({ people, chats, roster, session, store, unread, onChosen }) {
  const rows = new Map();

  function row(kind, id, choose) {
    const key = `${kind} ${id}`;
    const chosen = () => {
      choose();
      onChosen();
    };
    if (!rows.has(key)) {
      rows.set(key, el('button', { class: 'row', type: 'button', [`data-${kind}`]: String(id), onclick: chosen }));
    }
    return rows.get(key);
  }

  function personRow(person) {
    const { role, about } = roleOf(person);
    const node = row('person', person.id, () => session.be(person));
    const news = unread.has(person.id);
    node.title = `${person.first_name} ${about}`;
    node.setAttribute('aria-label', label(`Be ${person.first_name}, ${role}`, news));
    node.setAttribute('aria-current', person.id === session.person.id);
    node.replaceChildren(
      personAvatar(person),
      el('span', { class: 'row-name' }, person.first_name),
      ...dots(news),
      el('span', { class: 'role', 'data-role': role }, role),
    );
    return node;
  }

  function chatRow(chat) {
    const group = chat.type !== 'private';
    const last = store.last(chat.id);
    const name = group ? chat.title : roster.bot.first_name;
    const node = row('chat', chat.id, () => session.open(chat));
    const news = unread.has(chat.id);
    node.setAttribute('aria-label', label(`Open chat ${name}`, news));
    node.setAttribute('aria-current', chat.id === session.chat.id);
    node.replaceChildren(
      group ? groupAvatar() : botAvatar(),
      el('span', { class: 'row-name' }, name, el('small', {}, preview(last, group))),
      el('span', { class: 'row-end' }, last ? when(last.date) : '', ...dots(news)),
    );
    return node;
  }

  return {
    draw() {
      reconcile(people, roster.people.map(personRow));
      reconcile(chats, session.chats().map(chatRow));
    },
  };
}

function label(text, news) {
  return news ? `${text}, new messages` : text;
}

function dots(news) {
  return news ? [el('span', { class: 'dot' })] : [];
}

function preview(message, group) {
  if (!message) return 'No messages yet';
  const text = message.text ?? message.caption ?? message.document?.file_name ?? '';
  const line = text.split('\n', 1)[0];
  return group && !message.from.is_bot ? `${message.from.first_name}: ${line}` : line;
}
