const PROTOCOLS = ['http:', 'https:', 'tg:', 'ton:'];

/** A link in Telegram's canonical form, or what is wrong with it in Telegram's words. */
export function checkedLink(link: string): { url: string } | { wrong: string } {
  if (link.trim() === '') return { wrong: 'URL host is empty' };
  const protocol = /^([a-z][a-z0-9+.-]*:)(?:\/\/|(?=user\?))/i.exec(link)?.[1]?.toLowerCase();
  if (protocol !== undefined && !PROTOCOLS.includes(protocol)) return { wrong: 'Unsupported URL protocol' };
  if (protocol === 'tg:' || protocol === 'ton:') return { url: link };
  const url = URL.parse(protocol === undefined ? `http://${link}` : link);
  if (url === null || !/^[^.].*\..*[^.]$/.test(url.hostname) || /\s/.test(link.trim()))
    return { wrong: 'Wrong HTTP URL' };
  return { url: url.href };
}
