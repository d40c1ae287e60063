const NAMED: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"' };

/** What an HTML character reference at `at` stands for and where it ends; undefined when it is none that Telegram knows. */
export function charReference(
  source: string,
  at: number,
): { char: string; end: number; surrogate: boolean } | undefined {
  const [whole, hex, decimal, name] = /^&(?:#x([0-9a-f]*)|#(\d*)|([a-z]+))/i.exec(source.slice(at, at + 32)) ?? [];
  if (whole === undefined) return undefined;
  const end = at + whole.length;
  const closed = source[end] === ';' ? end + 1 : end;
  if (name !== undefined) {
    const char = NAMED[name];
    return char === undefined ? undefined : { char, end: closed, surrogate: false };
  }
  const code = Number.parseInt(hex ?? decimal ?? '', hex === undefined ? 10 : 16);
  if (!(code > 0 && code < 0x10ffff) || whole.length >= 10) return undefined;
  return { char: String.fromCodePoint(code), end: closed, surrogate: code >= 0xd800 && code <= 0xdfff };
}
