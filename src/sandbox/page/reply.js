import { el } from './dom.js';
import { icon } from './icons.js';

/**
 * Which message the next words answer: one that was picked, or a question of the bot that asks for a reply.
 * In a group this is how the bot hears plain words at all.
 */
export function createReply({ bar, input }) {
  const dealtWith = new Set();
  let target;

  function draw() {
    bar.hidden = target === undefined;
    if (!target) return bar.replaceChildren();
    const { from, text, caption } = target.message;
    const words = text ?? caption ?? target.message.document?.file_name ?? '';
    const close = { class: 'icon-button', type: 'button', 'aria-label': 'Do not reply', onclick: finish };
    bar.replaceChildren(
      el('div', {}, el('strong', {}, `Reply to ${from.first_name}`), el('span', {}, words)),
      el('button', close, icon('close')),
    );
  }

  function aim(message) {
    target = { message, key: `${message.chat.id}/${message.message_id}` };
    draw();
  }

  function finish() {
    if (target) dealtWith.add(target.key);
    target = undefined;
    draw();
  }

  return {
    finish,
    id: () => target?.message.message_id,
    pick(message) {
      aim(message);
      input.focus();
    },
    /** Aims at the chat's last message if that asks this person for a reply. */
    offer(message, person) {
      if (!message?.force_reply || dealtWith.has(`${message.chat.id}/${message.message_id}`)) return;
      const asked = message.reply_to_message?.from.id ?? person.id;
      if (asked === person.id) aim(message);
    },
    leave() {
      target = undefined;
      draw();
    },
  };
}
