import { icon } from './icons.js';

const key = 'nightguard.theme';
const system = window.matchMedia('(prefers-color-scheme: dark)');

/** Light or dark as the system says, unless the button chose otherwise; choosing the system's own look forgets the choice. */
export function createTheme(button) {
  const draw = () => {
    const chosen = localStorage.getItem(key);
    const dark = (chosen ?? preferred()) === 'dark';
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
    button.setAttribute('aria-label', dark ? 'Use the light theme' : 'Use the dark theme');
    button.title = button.getAttribute('aria-label');
    button.replaceChildren(icon(dark ? 'sun' : 'moon'));
  };
  button.addEventListener('click', () => {
    const next = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark';
    if (next === preferred()) localStorage.removeItem(key);
    else localStorage.setItem(key, next);
    draw();
  });
  system.addEventListener('change', draw);
  draw();
}

function preferred() {
  return system.matches ? 'dark' : 'light';
}
