import { el } from './dom.js';

const atMost = 3;

/** Short notices over the conversation: a callback's answer, or what went wrong. They leave by themselves. */
export function createToasts(region) {
  const show = (text, tone) => {
    const toast = el('div', { class: 'toast', 'data-tone': tone }, text);
    const leave = () => toast.remove();
    toast.addEventListener('click', leave);
    region.append(toast);
    while (region.children.length > atMost) region.firstChild.remove();
    setTimeout(leave, readingTime(text));
  };
  return {
    tell: (text) => show(text, 'plain'),
    fail: (error) => show(error.message, 'error'),
  };
}

function readingTime(text) {
  return 3000 + text.length * 50;
}
