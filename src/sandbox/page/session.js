/** Who is looking at which chat. The address bar's hash is the only place where that is kept, so it can be shared. */
export function createSession(roster, onChange) {
  let current = read(roster);

  window.addEventListener('hashchange', () => {
    const next = read(roster);
    if (next.key === current.key) return;
    current = next;
    onChange();
  });

  return {
    get person() {
      return current.person;
    },
    get chat() {
      return current.chat;
    },
    get key() {
      return current.key;
    },
    chats: () => roster.chats.filter((chat) => belongs(current.person, chat)),
    be(person) {
      const chat = belongs(person, current.chat) ? current.chat.id : person.id;
      location.hash = keyOf(person.id, chat);
    },
    open(chat) {
      location.hash = keyOf(current.person.id, chat.id);
    },
  };
}

function read({ people, chats }) {
  const asked = new URLSearchParams(location.hash.slice(1));
  const person = people.find(({ id }) => String(id) === asked.get('as')) ?? people[0];
  const own = chats.filter((chat) => belongs(person, chat));
  const chat = own.find(({ id }) => String(id) === asked.get('chat')) ?? own[0];
  return { person, chat, key: keyOf(person.id, chat.id) };
}

function belongs(person, chat) {
  return chat.type === 'private' ? chat.id === person.id : chat.members.includes(person.id);
}

function keyOf(person, chat) {
  return new URLSearchParams({ as: person, chat }).toString();
}
