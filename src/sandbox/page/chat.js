import { api } from './api.js';
import { listen } from './events.js';
import { createParts } from './parts.js';
import { createSession } from './session.js';
import { createStore } from './store.js';
import { createUnread } from './unread.js';

/** The running page: who is here and which chat is open, what the sandbox tells, and what the person on screen says. */
export function createChat(roster, banner) {
  const unread = createUnread(document.title);
  const session = createSession(roster, enter);
  const store = createStore({ fetchChat: api.chat, onChange: changed });
  const parts = createParts({ roster, session, store, unread, say });
  let asked = 0;

  enter();
  listen({
    onOpen() {
      banner.hide();
      for (const { id } of roster.chats) reload(id);
      loadCommands();
    },
    onLost: () => banner.show('Connection lost. Trying again …'),
    onEvent: heard,
  });

  function enter() {
    unread.seen(session.chat.id);
    parts.composer.enter(session.key);
    changed(session.chat.id);
    reload(session.chat.id);
    loadCommands();
  }

  function changed(chatId) {
    if (chatId === session.chat.id) parts.drawConversation();
    parts.drawAround();
  }

  function heard(event) {
    if (event.type === 'commands') loadCommands();
    if (event.type === 'message' && event.chat !== session.chat.id) unread.add(event.chat);
    if (event.type === 'message' || event.type === 'edit' || event.type === 'delete') store.apply(event);
  }

  function reload(chatId) {
    store.reload(chatId).catch(parts.toasts.fail);
  }

  async function loadCommands() {
    asked += 1;
    const mine = asked;
    try {
      const { commands } = await api.commands(session.chat.id, session.person.id);
      if (mine === asked) parts.composer.useCommands(commands);
    } catch (error) {
      parts.toasts.fail(error);
    }
  }

  async function say(text, replyTo) {
    try {
      await api.say({ chat: session.chat.id, from: session.person.id, text, reply_to: replyTo });
      return true;
    } catch (error) {
      parts.toasts.fail(error);
      return false;
    }
  }
}
