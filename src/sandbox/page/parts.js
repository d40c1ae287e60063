import { createComposer } from './composer.js';
import { createConversation } from './conversation.js';
import { createDrawer } from './drawer.js';
import { createEmpty } from './empty.js';
import { createFollow } from './follow.js';
import { createHeader } from './header.js';
import { createPresses } from './presses.js';
import { createReply } from './reply.js';
import { createSwitcher } from './switcher.js';
import { createToasts } from './toasts.js';

const at = (id) => document.getElementById(id);

/** Binds every part of the page to its place in index.html. */
export function createParts({ roster, session, store, unread, say }) {
  const list = at('messages');
  const toasts = createToasts(at('toasts'));
  const presses = createPresses({ session, botName: roster.bot.first_name, toasts, root: list });
  const follow = createFollow({ scroller: at('scroller'), content: list, button: at('jump') });
  const reply = createReply({ bar: at('reply'), input: at('input') });
  const conversation = createConversation({ list, follow, actions: { presses, toasts, say, reply: reply.pick } });
  const empty = createEmpty(at('empty'), say);
  const drawer = createDrawer({
    sheet: at('switcher'),
    scrim: at('scrim'),
    button: at('switch'),
    behind: document.querySelector('main'),
  });
  const switcher = createSwitcher({
    people: at('people'),
    chats: at('chats'),
    roster,
    session,
    store,
    unread,
    onChosen: drawer.close,
  });
  const header = createHeader({
    avatar: at('chat-avatar'),
    title: at('chat-title'),
    about: at('chat-about'),
    button: at('switch'),
    roster,
    session,
    hasNews: () => roster.chats.some(({ id }) => unread.has(id)),
  });
  const composer = createComposer({
    form: at('composer'),
    input: at('input'),
    send: at('send'),
    menu: at('menu'),
    list: at('commands'),
    reply,
    say,
  });

  return {
    toasts,
    composer,
    drawConversation() {
      const { key, person, chat } = session;
      const messages = store.messages(chat.id);
      const loaded = store.loaded(chat.id);
      conversation.show({ key: loaded ? key : `loading ${key}`, messages, person, chat });
      list.setAttribute('aria-busy', !loaded);
      reply.offer(messages.at(-1), person);
      if (loaded && messages.length === 0) empty.show(session);
      else empty.hide();
    },
    drawAround() {
      switcher.draw();
      header.draw();
    },
  };
}
