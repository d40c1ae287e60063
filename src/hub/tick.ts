import type { Logger } from 'pino';
import type { HubLedger } from '#src/ledger/port.ts';
import type { AuditChain } from './audit/chain.ts';
import { createChores } from './chores.ts';
import type { HubLockdown } from './lockdown/lockdown.ts';
import type { Me } from './telegram/me.ts';
import type { WebhookKeeper } from './telegram/webhook.ts';
import { CHECK_MS } from './telegram/webhook.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What has to be done now and then: clearing up, looking after the webhook and the bot's own account, the menus. What fails is logged and tried at the next tick. */
export function createTick(deps: {
  ledger: HubLedger;
  me: Me;
  keeper: WebhookKeeper;
  setMenus: () => Promise<void>;
  lockdown: Pick<HubLockdown, 'chase'>;
  chain: AuditChain;
  /** Tells where the audits stand, once a day. */
  tellHeads: () => Promise<void>;
  /** Writes down what was counted since the last time. */
  countTurnedAway: () => Promise<void>;
  /** Looks after the ledger users of nodes; undefined: they are somebody else's. */
  keepUsers?: (() => Promise<void>) | undefined;
  now: () => number;
  log: Logger;
}): () => Promise<void> {
  const { ledger, me, keeper, setMenus, chain, tellHeads, countTurnedAway, lockdown, now, log } = deps;
  const chores = createChores({ ledger, now });
  let menusAreSet = false;

  const tasks: Record<string, () => Promise<void>> = {
    trim: () =>
      chores.every('trim', HOUR_MS, () =>
        ledger.trim({ ordersBefore: now() - HOUR_MS, recordsBefore: now() - 30 * DAY_MS }),
      ),
    webhook: () => chores.every('webhook', CHECK_MS, keeper.assert),
    users: async () => await chores.every('users', CHECK_MS, async () => await deps.keepUsers?.()),
    me: () => chores.every('me', CHECK_MS, async () => void (await me.refresh())),
    lockdown: lockdown.chase,
    strangers: countTurnedAway,
    audit: chain.seal,
    heads: tellHeads,
    menus: async () => {
      if (menusAreSet) return;
      await me.ready();
      await setMenus();
      menusAreSet = true;
    },
  };
  return async () => {
    for (const [task, act] of Object.entries(tasks))
      await act().catch((err: unknown) => log.warn({ err, task }, 'chore not done'));
  };
}
