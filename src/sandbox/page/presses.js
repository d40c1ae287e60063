import { api } from './api.js';
import { alertDialog } from './dialogs.js';

/**
 * Presses inline buttons for the person on screen. A button stays busy until the bot has answered,
 * even when its message is edited meanwhile; a second press on a busy one does nothing.
 */
export function createPresses({ session, botName, toasts, root }) {
  const waiting = new Set();

  function mark(key, busy) {
    if (busy) waiting.add(key);
    else waiting.delete(key);
    for (const button of root.querySelectorAll('[data-press]')) {
      if (button.dataset.press === key) button.setAttribute('aria-busy', busy);
    }
  }

  function answered(answer) {
    if (!answer) toasts.tell('The bot has not answered yet.');
    else if (!answer.text) return;
    else if (answer.show_alert) alertDialog(botName, answer.text);
    else toasts.tell(answer.text);
  }

  return {
    keyOf: (message, data) => `${session.key}/${message.message_id}/${data}`,
    isWaiting: (key) => waiting.has(key),
    async press(key, message, data) {
      if (waiting.has(key)) return;
      const { key: place, person, chat } = session;
      mark(key, true);
      try {
        const { answer } = await api.press({ chat: chat.id, message_id: message.message_id, from: person.id, data });
        if (session.key === place) answered(answer);
      } catch (error) {
        toasts.fail(error);
      } finally {
        mark(key, false);
      }
    },
  };
}
