import type { Api } from 'grammy';
import type { Logger } from 'pino';
import type { HubLedger } from '#src/ledger/port.ts';
import { covers } from '#src/operation/risk.ts';
import type { HubConfig } from '../config.ts';

const DAY_MS = 86_400_000;

/** The way to the admins, in private. Who has never written to the bot cannot be told. */
export interface Admins {
  /** Tells each of them; answers with whether anybody got it. */
  tell(words: string): Promise<boolean>;
  /** The same once a day as long as it goes on: `about` names what it is, and another `state` of it is told at once. */
  tellDaily(about: string, state: string, words: string): Promise<void>;
  /** The same once, until its `state` is another. */
  tellOnce(about: string, state: string, words: string): Promise<void>;
}

/** The admins of one hub. */
export function createAdmins(deps: {
  api: Pick<Api, 'sendMessage'>;
  config: Pick<HubConfig, 'operators' | 'protectContent'>;
  ledger: Pick<HubLedger, 'recall' | 'remember'>;
  now: () => number;
  log: Logger;
}): Admins {
  const { api, config, ledger, now, log } = deps;
  const options = { link_preview_options: { is_disabled: true }, protect_content: config.protectContent };
  const tell = async (words: string): Promise<boolean> => {
    const told = await Promise.all(
      config.operators
        .filter(({ role }) => covers(role, 'admin'))
        .map(({ id }) =>
          api.sendMessage(id, words, options).then(
            () => true,
            (err: unknown) => void log.warn({ err, operator: id }, 'admin not told'),
          ),
        ),
    );
    return told.includes(true);
  };
  const tellEvery = async (ms: number, about: string, state: string, words: string): Promise<void> => {
    const said = (await ledger.recall(about)) ?? '';
    const at = Number(said.slice(state.length));
    if (said.startsWith(`${state} `) && at <= now() && now() - at < ms) return;
    if (await tell(words)) await ledger.remember(about, `${state} ${now()}`);
  };
  return {
    tell,
    tellDaily: (about, state, words) => tellEvery(DAY_MS, about, state, words),
    tellOnce: (about, state, words) => tellEvery(Number.POSITIVE_INFINITY, about, state, words),
  };
}
