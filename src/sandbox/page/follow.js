import { icon } from './icons.js';

const near = 60;

/** Keeps the conversation at its end while the reader is there; otherwise counts what is new beside a button that jumps. */
export function createFollow({ scroller, content, button }) {
  let atEnd = true;
  let missed = 0;

  const toEnd = () => scroller.scrollTo({ top: scroller.scrollHeight, behavior: 'instant' });
  const settle = () => {
    if (atEnd) toEnd();
  };
  const draw = () => {
    if (atEnd) missed = 0;
    button.hidden = atEnd;
    button.setAttribute('aria-label', missed ? `Jump to latest, ${missed} new` : 'Jump to latest');
    button.replaceChildren(...(missed ? [`${missed} new`] : []), icon('down'));
  };

  scroller.addEventListener('scroll', () => {
    atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < near;
    draw();
  });
  button.addEventListener('click', () => scroller.scrollTo({ top: scroller.scrollHeight }));
  const observer = new ResizeObserver(settle);
  observer.observe(scroller);
  observer.observe(content);

  return {
    jump() {
      atEnd = true;
      toEnd();
      draw();
    },
    arrived(count) {
      missed += count;
      settle();
      draw();
    },
  };
}
