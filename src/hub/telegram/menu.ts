import { createHash } from 'node:crypto';
import type { Api } from 'grammy';
import { GrammyError } from 'grammy';
import type { BotCommand, BotCommandScope } from 'grammy/types';
import type { Logger } from 'pino';
import type { Catalog } from '#src/catalog.ts';
import type { HubLedger } from '#src/ledger/port.ts';
import type { Role } from '#src/operation/risk.ts';
import type { HubConfig } from '../config.ts';
import { allowed, ownCommands } from '../features/help.ts';

/** Sets the command menu of every operator, and of each group the least one, when it is not what was set before. */
export async function setMenus(deps: {
  api: Api;
  config: HubConfig;
  catalog: Catalog;
  ledger: HubLedger;
  bot: number;
  log: Logger;
}): Promise<void> {
  const { config, catalog } = deps;
  for (const { id, role } of config.operators)
    await setMenu(deps, { type: 'chat', chat_id: id }, commandsOf(catalog, role));
  for (const chat of config.chats) {
    await setMenu(deps, { type: 'chat', chat_id: chat }, commandsOf(catalog, 'viewer'));
    for (const { id, role } of config.operators)
      await setMenu(deps, { type: 'chat_member', chat_id: chat, user_id: id }, commandsOf(catalog, role));
  }
}

function commandsOf(catalog: Catalog, role: Role): BotCommand[] {
  return [...allowed(catalog, role), ...ownCommands(role)].map(({ name, summary }) => ({
    command: name,
    description: summary.slice(0, 256),
  }));
}

async function setMenu(
  { api, ledger, bot, log }: Parameters<typeof setMenus>[0],
  scope: BotCommandScope,
  commands: BotCommand[],
): Promise<void> {
  const key = `menu ${bot} ${JSON.stringify(scope)}`;
  const digest = createHash('sha256').update(JSON.stringify(commands)).digest('hex');
  if ((await ledger.recall(key)) === digest) return;
  try {
    await api.setMyCommands(commands, { scope });
    await ledger.remember(key, digest);
  } catch (err) {
    // A person who has not pressed Start yet has no chat to put a menu into; the next start tries again.
    if (!(err instanceof GrammyError)) throw err;
    log.info({ err, scope }, 'menu not set');
  }
}
