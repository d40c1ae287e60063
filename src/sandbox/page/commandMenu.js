import { el } from './dom.js';
import { icon } from './icons.js';

/** The list of commands over the composer: opens while a command is being typed, or by its button; `choose` completes. */
export function createCommandMenu({ list, button, input, choose }) {
  let commands = [];
  let found = [];
  let active = 0;

  button.append(icon('menu'));

  function draw(open) {
    list.hidden = !open;
    button.setAttribute('aria-expanded', open);
    if (!open) return input.removeAttribute('aria-activedescendant');
    list.replaceChildren(...(found.length ? found.map(option) : [el('p', { class: 'none' }, 'No commands here')]));
    if (found.length) input.setAttribute('aria-activedescendant', `command-${active}`);
    list.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }

  function option({ command, description }, index) {
    const take = () => choose(command);
    const selected = { id: `command-${index}`, role: 'option', 'aria-selected': String(index === active) };
    return el('div', { ...selected, onclick: take }, el('strong', {}, `/${command}`), el('span', {}, description));
  }

  function offer(typed) {
    found = matching(commands, typed);
    active = 0;
  }

  const close = () => draw(false);
  list.addEventListener('pointerdown', (event) => event.preventDefault());
  button.addEventListener('pointerdown', (event) => event.preventDefault());
  button.addEventListener('click', () => {
    offer('');
    draw(list.hidden);
    input.focus();
  });
  input.addEventListener('blur', close);

  return {
    close,
    use(next) {
      commands = next;
    },
    typed() {
      const started = /^\/(\S*)$/.exec(input.value);
      if (started) offer(started[1]);
      draw(Boolean(started) && found.length > 0);
    },
    /** Takes a key if it means something to the open menu; tells whether it did. */
    key(name) {
      if (list.hidden) return false;
      if (name === 'Escape') close();
      else if (name === 'ArrowDown' || name === 'ArrowUp') move(name === 'ArrowDown' ? 1 : -1);
      else if ((name === 'Enter' || name === 'Tab') && unfinished()) choose(found[active].command);
      else return false;
      return true;
    },
  };

  function move(step) {
    active = (active + step + found.length) % found.length;
    draw(true);
  }

  function unfinished() {
    return found.length > 0 && input.value !== `/${found[active].command}`;
  }
}

function matching(commands, typed) {
  const text = typed.toLowerCase();
  const starts = commands.filter(({ command }) => command.startsWith(text));
  const contains = commands.filter(
    ({ command }) => !starts.some((one) => one.command === command) && command.includes(text),
  );
  return [...starts, ...contains];
}
