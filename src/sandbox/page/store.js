/**
 * Every chat's messages as they stand now. A reload and the events that arrive while it is under way
 * may come in any order: the newest reload wins, and what happened meanwhile is applied on top of it.
 */
export function createStore({ fetchChat, onChange }) {
  const chats = new Map();

  function of(id) {
    if (!chats.has(id)) chats.set(id, { messages: new Map(), loaded: false, reload: 0, meanwhile: undefined });
    return chats.get(id);
  }

  return {
    loaded: (id) => of(id).loaded,
    messages: (id) => [...of(id).messages.values()].sort((a, b) => a.message_id - b.message_id),
    last: (id) => [...of(id).messages.values()].reduce(later, undefined),

    async reload(id) {
      const chat = of(id);
      chat.reload += 1;
      chat.meanwhile = [];
      const mine = chat.reload;
      const { messages } = await fetchChat(id);
      if (mine !== chat.reload) return;
      chat.messages = new Map(messages.map((message) => [message.message_id, message]));
      for (const event of chat.meanwhile) settle(chat.messages, event);
      chat.meanwhile = undefined;
      chat.loaded = true;
      onChange(id);
    },

    apply(event) {
      const chat = of(event.chat);
      chat.meanwhile?.push(event);
      settle(chat.messages, event);
      onChange(event.chat);
    },
  };
}

function settle(messages, { type, message }) {
  const known = messages.get(message.message_id);
  if (type === 'delete') messages.delete(message.message_id);
  else if (!known || (message.edits ?? 0) >= (known.edits ?? 0)) messages.set(message.message_id, message);
}

function later(best, message) {
  return best && best.message_id > message.message_id ? best : message;
}
