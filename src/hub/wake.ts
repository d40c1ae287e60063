import type { PublicKey } from '#src/wire/keys.ts';
import { identity } from '#src/wire/keys.ts';
import type { Self } from '#src/wire/seal.ts';
import { CLOCK_SKEW_S, claimedSender, open } from '#src/wire/seal.ts';
import { Wake } from '#src/wire/wake.ts';

/** Names the node that has sealed a ring for this hub just now; undefined for all else. */
export function createWakeReader(deps: {
  hub: Self;
  nodes: Record<string, { key: PublicKey }>;
  now: () => number;
}): (token: string) => Promise<string | undefined> {
  const { hub, nodes, now } = deps;
  const openers = new Map(
    Object.entries(nodes).map(([name, { key }]) => [
      identity(name, key),
      { name, opener: open(hub, { name, key }, 'wake', Wake) },
    ]),
  );
  return async (token) => {
    const sender = openers.get(claimedSender(token) ?? '');
    if (!sender) return undefined;
    try {
      const { issuedAt, expiresAt = 0 } = await sender.opener(token);
      const skewMs = CLOCK_SKEW_S * 1000;
      return issuedAt - skewMs <= now() && now() < expiresAt + skewMs ? sender.name : undefined;
    } catch {
      return undefined;
    }
  };
}
