const again = 2000;

/** Listens to the sandbox for as long as the page lives: `onOpen` after every (re)connect, `onLost` when it breaks. */
export function listen({ onOpen, onLost, onEvent }) {
  const source = new EventSource('/sandbox/events');
  source.onopen = onOpen;
  source.onmessage = ({ data }) => onEvent(JSON.parse(data));
  source.onerror = () => {
    onLost();
    source.close();
    setTimeout(() => listen({ onOpen, onLost, onEvent }), again);
  };
}
