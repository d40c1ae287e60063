const patience = 20_000;

/** The sandbox server's client side: every call resolves to its JSON or throws an Error with one sentence. */
export const api = {
  roster: () => request('/sandbox/chats'),
  chat: (id) => request(`/sandbox/chat/${id}`),
  commands: (chat, from) => request(`/sandbox/commands?${new URLSearchParams({ chat, from })}`),
  say: (said) => post('/sandbox/say', said),
  press: (pressed) => post('/sandbox/press', pressed),
};

/** Where a document that the bot sent can be downloaded. */
export function fileUrl(fileId) {
  return `/sandbox/file/${encodeURIComponent(fileId)}`;
}

/** The text of a small document, for the preview. */
export async function fileText(fileId) {
  return (await reach(fileUrl(fileId))).text();
}

function post(path, body) {
  return request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function request(path, init) {
  return (await reach(path, init)).json();
}

async function reach(path, init) {
  const response = await fetch(path, { ...init, signal: AbortSignal.timeout(patience) }).catch(unreachable);
  if (response.ok) return response;
  const { error } = await response.json().catch(() => ({}));
  throw new Error(error ?? `The sandbox answered ${response.status}.`);
}

function unreachable(cause) {
  throw new Error('The sandbox does not answer. Is `npm start` still running?', { cause });
}
