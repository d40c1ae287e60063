import { createLog } from '#src/log.ts';
import { readFlags } from './flags.ts';
import { openSandbox } from './people.ts';
import { readSettings } from './settings.ts';
import { stopSignal } from './stop.ts';

const ABOUT = `Runs the sandbox alone: a local Bot API server with a chat page.
Point a bot at it with TELEGRAM_API_ROOT=<its link> and the token that it prints.

Environment:
  SANDBOX_PORT          its port (default: 8787; 0 takes a free one)`;

/** `nightguard sandbox`: the local Telegram until it is told to stop. */
export async function sandbox(argv: string[]): Promise<void> {
  if (!readFlags({ name: 'sandbox', about: ABOUT, flags: {} }, argv)) return;
  const settings = readSettings(process.env);
  const world = await openSandbox(settings.sandboxPort, createLog({ level: settings.logLevel, secrets: [] }));
  process.stdout.write(`Sandbox ${world.url}\nToken   ${world.telegram.token.reveal()}\nStop with Ctrl-C.\n`);
  await stopSignal();
  await world.close();
}
