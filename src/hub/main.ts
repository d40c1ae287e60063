import { setTimeout as sleep } from 'node:timers/promises';
import type { Update } from 'grammy/types';
import type { JoinAnswer } from '#src/wire/join.ts';
import type { HubParts } from './assemble.ts';
import { assemble } from './assemble.ts';
import type { OwnWebhook } from './telegram/webhook.ts';
import { poll } from './updates/poll.ts';
import type { Received } from './updates/receive.ts';
import { createWakeReader } from './web/wake.ts';

const TICK_MS = 60_000;

/** The process that owns the bot token. */
export interface Hub {
  /** Resolves when updates are being fetched, or can be taken as they are posted. */
  start(): Promise<void>;
  /** The one door for updates. */
  receive(update: Update): Promise<Received>;
  /** What a request does before it answers: brings to the chat what falls due within `withinMs`. A hub with time of its own only looks up. */
  attend(withinMs: number, signal: AbortSignal): Promise<void>;
  /** Folds and tells what there is, once. */
  round(): Promise<void>;
  /** What has to be done now and then; a hub with time of its own does it by itself. */
  tick(): Promise<void>;
  /** The node that has sealed this ring just now; undefined for a bad one. */
  ringer(token: string): Promise<string | undefined>;
  /** What a machine is told that has posted this to join; absent: none can. */
  join?: ((body: unknown) => Promise<JoinAnswer>) | undefined;
  /** The bot's username, once it is known. */
  bot(): string;
  /** Resolves when the hub ended by itself, which it only does for a reason that no retry mends (it rejects then). */
  ended: Promise<void>;
  stop(): Promise<void>;
}

/** The hub, by polling or behind a webhook; all that matters is in the ledger. */
export function createHub(parts: HubParts): Hub {
  const { bot, now, log } = parts;
  const { own, roster, joins, tend, me, webhook, noWebhook, menus, tick, receive } = assemble(parts);
  const stopping = new AbortController();
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  const begun: Promise<void>[] = [];
  const looks: Promise<void>[] = [];

  const startPolling = async (): Promise<void> => {
    // Unlike a bare getMe it waits for a Telegram that is away.
    await bot.init();
    await noWebhook.assert();
    await menus();
    begun.push(poll({ api: bot.api, receive, conflict: noWebhook.conflict, log }, stopping.signal));
    looks.push(
      me.refresh().then(
        () => {},
        (err: unknown) => log.warn({ err }, 'the bot was not looked at'),
      ),
    );
  };
  const startListening = async (mine: OwnWebhook): Promise<void> => {
    try {
      await Promise.all([
        me.ready(),
        roster.members(),
        mine.isKnown().then(async (known) => {
          const asserted = mine.assert();
          // What was right once is asked about as well, but nobody waits for it.
          if (!known) return await asserted;
          looks.push(asserted.catch((err: unknown) => log.warn({ err }, 'webhook not looked at')));
        }),
      ]);
    } catch (err) {
      // Without ledger or Telegram it still has to answer: Telegram delivers again, and the tick mends the rest.
      log.error({ err }, 'started without knowing all');
    }
  };

  return {
    ...{ receive, round: tend.round, ended },
    join: joins.enrolment?.answer,
    ringer: createWakeReader({ hub: own, roster, now }),
    attend: parts.sleeps ? tend.attend : async () => tend.kick(),
    tick,
    bot: () => bot.botInfo.username,
    async start() {
      await (webhook ? startListening(webhook) : startPolling());
      if (!parts.sleeps) begun.push(tend.run(stopping.signal), everyMinute(tick, stopping.signal));
      if (begun.length > 0) Promise.all(begun).then(() => resolve(), reject);
    },
    async stop() {
      stopping.abort();
      await Promise.allSettled([...begun, ...looks]);
      await tend.round().catch((err: unknown) => log.warn({ err }, 'last round failed'));
    },
  };
}

/** The clock of a hub that has time of its own. */
async function everyMinute(tick: () => Promise<void>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await tick();
    await sleep(TICK_MS, undefined, { signal }).catch(() => {});
  }
}
