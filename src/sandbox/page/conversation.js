import { fillMessage, messageElement } from './bubble.js';
import { dayOf, exactly } from './dates.js';
import { el, reconcile } from './dom.js';

const together = 300;

/** Draws one chat's messages as its person sees them; what did not change keeps its element, focus and scroll. */
export function createConversation({ list, follow, actions }) {
  let shown;
  let drawn = new Map();

  function place(message, previous, { person, chat }) {
    const own = message.from.id === person.id;
    const follows = previous?.from.id === message.from.id && message.date - previous.date < together;
    const named = own || chat.type === 'private' ? undefined : !follows;
    const state = JSON.stringify([message, named]);
    const known = drawn.get(message.message_id);
    const node = known?.node ?? messageElement(message);
    if (known?.state !== state) refill(node, () => fillMessage(node, message, { own, named, actions }));
    if (known && known.state !== state) flash(node, 'changed');
    node.classList.toggle('follows', follows);
    return { node, state };
  }

  return {
    show({ key, messages, ...view }) {
      const entering = key !== shown;
      if (entering) drawn = new Map();
      const next = new Map();
      const nodes = [];
      let previous;
      for (const message of messages) {
        const day = dayOf(message.date);
        if (!previous || dayOf(previous.date) !== day) {
          nodes.push(separator(drawn, next, day, message.date));
          previous = undefined;
        }
        const entry = place(message, previous, view);
        if (!entering && !drawn.has(message.message_id)) entry.node.classList.add('arriving');
        next.set(message.message_id, entry);
        nodes.push(entry.node);
        previous = message;
      }
      const arrived = messages.filter(({ message_id: id }) => !drawn.has(id));
      const said = arrived.some(({ from }) => from.id === view.person.id);
      drawn = next;
      shown = key;
      reconcile(list, nodes);
      if (entering || said) follow.jump();
      else follow.arrived(arrived.length);
    },
  };
}

function separator(drawn, next, day, date) {
  const node = drawn.get(day)?.node ?? el('div', { class: 'day', title: exactly(date) }, el('span', {}, day));
  next.set(day, { node });
  return node;
}

/** Redraws without losing the keyboard's place: on the same button if it is still there, else on the message. */
function refill(node, fill) {
  const focused = node.contains(document.activeElement) ? document.activeElement : undefined;
  fill();
  if (!focused || focused.isConnected) return;
  const same = [...node.querySelectorAll('[data-press]')].find(
    ({ dataset }) => dataset.press === focused.dataset.press,
  );
  (same ?? node).focus({ preventScroll: true });
}

function flash(node, name) {
  node.classList.remove(name);
  void node.offsetWidth;
  node.classList.add(name);
}
