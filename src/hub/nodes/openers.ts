import type { Party } from '#src/wire/seal.ts';

/** One opener for each node and key, made when it is first needed; a name whose key has changed gets a new one. */
export function openersOf<T>(make: (node: Party) => T): (node: Party) => T {
  const made = new Map<string, { key: string; opener: T }>();
  return (node) => {
    const known = made.get(node.name);
    if (known?.key === node.key) return known.opener;
    const opener = make(node);
    made.set(node.name, { key: node.key, opener });
    return opener;
  };
}
