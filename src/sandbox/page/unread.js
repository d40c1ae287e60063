/** Which chats got a message while another was on screen. */
export function createUnread(title) {
  const chats = new Set();
  const draw = () => {
    document.title = chats.size ? `(${chats.size}) ${title}` : title;
  };
  return {
    has: (id) => chats.has(id),
    add(id) {
      chats.add(id);
      draw();
    },
    seen(id) {
      chats.delete(id);
      draw();
    },
  };
}
