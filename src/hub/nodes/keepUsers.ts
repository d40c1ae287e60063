import type { Logger } from 'pino';
import type { Self } from '#src/wire/seal.ts';
import type { Admins } from '../telegram/admins.ts';
import type { LedgerUsers } from './letIn.ts';
import { passwordOf } from './letIn.ts';
import type { Registry } from './registry.ts';
import type { Roster } from './roster.ts';

/** Who was let in a moment ago may not have its user yet, in ms. */
const YOUNG_MS = 60_000;

/** Looks after the ledger users of enrolled nodes. All at once are lost when a Redis without a file for them starts anew: they are made again. One that is missing alone was removed by somebody: the admins hear of it. */
export function createUserKeeper(deps: {
  hub: Self;
  users: LedgerUsers;
  registry: Registry;
  roster: Roster;
  admins: Pick<Admins, 'tellDaily'>;
  now: () => number;
  log: Logger;
}): () => Promise<void> {
  const { hub, users, registry, roster, admins, now, log } = deps;
  /** Those of a restart that are not made again yet. */
  let lost = new Set<string>();

  return async () => {
    const members = await roster.members();
    const records = [...(await registry.read()).nodes.values()].filter(({ name }) => members.get(name)?.enrolled);
    const enrolled = records.flatMap(({ name, enrolled: as }) =>
      as ? [{ name, password: passwordOf(hub.keys, name, as.key), isYoung: now() - as.at < YOUNG_MS }] : [],
    );
    if (enrolled.length === 0) return;
    const there = await users.all();
    if (!there) return;
    const missing = enrolled.filter(({ name }) => !there.includes(name));
    if (missing.length === enrolled.length) lost = new Set(missing.map(({ name }) => name));
    for (const { name, password, isYoung } of missing) {
      if (!lost.has(name)) {
        if (isYoung) continue;
        log.error({ node: name }, 'the ledger has no user for this node alone; it is not made again');
        const words = `⚠️ The ledger has no user for ${name} any more, while others have theirs. I did not make it again: somebody removed it, or the ledger was set back. If ${name} should be in, give Redis this command: ${users.command(name, password)}`;
        await admins.tellDaily(`user missing ${name}`, 'gone', words);
        continue;
      }
      log.warn({ node: name }, 'the ledger has lost its users; this one is made again');
      await users.make(name, password);
      lost.delete(name);
    }
  };
}
