/** On a phone the switcher is a sheet over the chat: this opens and closes it and keeps the focus where it belongs. */
export function createDrawer({ sheet, scrim, button, behind }) {
  function set(open) {
    sheet.classList.toggle('open', open);
    scrim.hidden = !open;
    behind.inert = open;
    button.setAttribute('aria-expanded', open);
  }

  const close = () => {
    if (!sheet.classList.contains('open')) return;
    set(false);
    button.focus();
  };

  button.addEventListener('click', () => {
    set(true);
    sheet.querySelector('[aria-current="true"]')?.focus();
  });
  scrim.addEventListener('click', close);
  sheet.addEventListener('keydown', ({ key }) => key === 'Escape' && close());
  window.matchMedia('(min-width: 760px)').addEventListener('change', close);
  return { close };
}
