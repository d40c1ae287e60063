/** The last character of a base64url text has spare bits, so several texts can carry one message; only the canonical one is taken. */
export function isCanonical(token: string, parts: number): boolean {
  const found = token.split('.');
  return found.length === parts && found.every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);
}

/**
 * Reads JSON that is written as this program writes it; undefined for all else. A key that stands there twice, other
 * spaces or escapes mean that two readers could see two things in one text.
 */
export function parseExact(bytes: Uint8Array): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const value: unknown = JSON.parse(text);
    return JSON.stringify(value) === text ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The header of a compact token, which nothing has verified yet. */
export function headerOf(token: string): unknown {
  return parseExact(Buffer.from(token.split('.', 1)[0] ?? '', 'base64url'));
}
