import { createCommandMenu } from './commandMenu.js';
import { icon } from './icons.js';

/** Where messages are written: grows with its text, completes commands, keeps a draft per person and chat. */
export function createComposer({ form, input, send, menu, list, reply, say }) {
  const drafts = new Map();
  let place = '';
  let lastSaid = '';

  const commands = createCommandMenu({ list, button: menu, input, choose: (command) => write(`/${command} `) });
  send.append(icon('send'));

  function write(text) {
    input.value = text;
    resize();
    commands.typed();
    input.focus();
  }

  function resize() {
    input.style.height = 'auto';
    input.style.height = `${input.scrollHeight}px`;
    send.disabled = input.value.trim() === '';
  }

  async function submit() {
    const text = input.value.trim();
    if (!text) return;
    lastSaid = text;
    const from = place;
    const answered = reply.id();
    write('');
    reply.finish();
    if (!(await say(text, answered)) && from === place && !input.value) write(text);
  }

  input.addEventListener('input', () => {
    resize();
    commands.typed();
  });
  input.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    if (commands.key(event.key)) event.preventDefault();
    else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      submit();
    } else if (event.key === 'ArrowUp' && !input.value && lastSaid) {
      event.preventDefault();
      write(lastSaid);
    }
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    submit();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === '/' && !event.target.closest('textarea, dialog')) input.focus();
  });

  return {
    useCommands: commands.use,
    /** Puts away the draft of the chat that is left and takes out that of the one entered. */
    enter(key) {
      drafts.set(place, input.value);
      place = key;
      lastSaid = '';
      input.value = drafts.get(key) ?? '';
      resize();
      commands.use([]);
      commands.close();
      reply.leave();
    },
  };
}
