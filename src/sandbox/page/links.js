import { el } from './dom.js';

const allowed = new Set(['http:', 'https:', 'mailto:', 'tel:', 'tg:']);

/** A link that opens beside the chat; an address that could run a script or is none stays plain text. */
export function link(address, ...children) {
  const href = safe(address);
  if (!href) return el('span', {}, ...children);
  return el('a', { href, target: '_blank', rel: 'noopener noreferrer' }, ...children);
}

function safe(address) {
  const url = URL.parse(address) ?? URL.parse(`https://${address}`);
  return url && allowed.has(url.protocol) ? url.href : undefined;
}
