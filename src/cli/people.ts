import type { Logger } from 'pino';
import type { Operator } from '#src/hub/config.ts';
import { Secret } from '#src/kit/secret.ts';
import { createSandbox } from '#src/sandbox/server.ts';

// Not a secret: the sandbox answers to it on loopback, and only there.
const SANDBOX_TOKEN = '4242424242:sandbox-on-loopback-is-not-telegram';

/** The people of the sandbox and what they may do. They exist nowhere else: a real token never meets them. */
export const SANDBOX_PEOPLE: Operator[] = [
  { id: 1001, name: 'Ada', role: 'admin' },
  { id: 1002, name: 'Ben', role: 'operator' },
  { id: 1003, name: 'Cleo', role: 'viewer' },
];
const SANDBOX_GROUP = -1001000000001;

/** Opens the sandbox as the Telegram of this process. Throws Problem `port-taken`. */
export async function openSandbox(port: number, log: Logger) {
  const sandbox = await createSandbox({ port, token: SANDBOX_TOKEN });
  log.info({ url: sandbox.url }, 'sandbox open');
  return {
    telegram: { token: new Secret(SANDBOX_TOKEN), apiRoot: sandbox.url },
    operators: SANDBOX_PEOPLE,
    chats: [SANDBOX_GROUP],
    url: sandbox.url,
    close: () => sandbox.close(),
  };
}
