import type { VaultDouble } from '../../vault/server.ts';

type Requests = VaultDouble['requests'];

/** A line of the harness among the requests: it was restarted here, and all progress is gone. */
export const RESTART: Requests[number] = { method: 'RESTART', path: '', body: undefined };

/** The shares that the product has put to the Vault, in order, in hexadecimal digits. */
export function sharesPut(requests: Requests): string[] {
  return requests.flatMap((each) => (each.method === 'PUT' ? (keyOf(each) ?? []) : []));
}

/** Shares that the product has given to a sealed Vault that had them already. */
export function givenTwice(requests: Requests, right: readonly string[], threshold: number): string[] {
  let held = new Map<string, string>();
  let isOpen = false;
  const twice: string[] = [];
  for (const each of requests) {
    if (each === RESTART || isReset(each)) {
      held = new Map();
      isOpen &&= each !== RESTART;
      continue;
    }
    const key = keyOf(each);
    if (key === undefined || isOpen) continue;
    if (each.method === 'PUT' && held.get(key) === 'PUT') twice.push(key);
    if (!held.has(key)) held.set(key, each.method);
    if (held.size < threshold) continue;
    isOpen = [...held.keys()].every((given) => right.includes(given));
    held = new Map();
  }
  return twice;
}

function keyOf({ path, body }: Requests[number]): string | undefined {
  if (path !== 'sys/unseal' || typeof body !== 'object' || body === null || !('key' in body)) return undefined;
  return String(body.key);
}

function isReset({ path, body }: Requests[number]): boolean {
  return path === 'sys/unseal' && typeof body === 'object' && body !== null && 'reset' in body;
}
