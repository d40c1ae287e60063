import { identity } from '#src/wire/keys.ts';
import type { Party, Self } from '#src/wire/seal.ts';
import { CLOCK_SKEW_S, claimedSender, open } from '#src/wire/seal.ts';
import { Wake } from '#src/wire/wake.ts';
import { openersOf } from '../nodes/openers.ts';
import type { Members, Roster } from '../nodes/roster.ts';

/** Names the node that has sealed a ring for this hub just now; undefined for all else. */
export function createWakeReader(deps: {
  hub: Self;
  roster: Roster;
  now: () => number;
}): (token: string) => Promise<string | undefined> {
  const { hub, roster, now } = deps;
  const openerOf = openersOf((node) => open(hub, node, 'wake', Wake));
  const find = (sender: string, members: Members): Party | undefined => {
    const [name = ''] = sender.split('@', 1);
    const key = members.get(name)?.key;
    return key !== undefined && identity(name, key) === sender ? { name, key } : undefined;
  };
  return async (token) => {
    const claimed = claimedSender(token);
    if (claimed === undefined) return undefined;
    try {
      // A stranger's ring must not cost the ledger more than one look in a while.
      const sender = find(claimed, roster.known()) ?? find(claimed, await roster.members());
      if (!sender) return undefined;
      const { issuedAt, expiresAt = 0 } = await openerOf(sender)(token);
      const skewMs = CLOCK_SKEW_S * 1000;
      return issuedAt - skewMs <= now() && now() < expiresAt + skewMs ? sender.name : undefined;
    } catch {
      return undefined;
    }
  };
}
