import { once } from 'node:events';
import { chmod, chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './podman.ts';

const EXAMPLES = fileURLToPath(new URL('../../deploy/compose/', import.meta.url));
const PROJECT = 'nightguard-image';
const OURS = 10001;
const REDIS = 999;

/** What the compose file is told about a machine. */
export interface Place {
  /** Where the configuration and the secrets are. */
  etc: string;
  socket: string;
  /** Where Telegram is; undefined as long as only Redis runs. */
  telegram?: string;
}

/** podman-compose with the file of the repository. */
export async function compose({ etc, socket, telegram }: Place, ...argv: string[]): Promise<string> {
  const env = { NIGHTGUARD_ETC: etc, PODMAN_SOCKET: socket, ...(telegram ? { TELEGRAM_API_ROOT: telegram } : {}) };
  return await run('podman-compose', ['-p', PROJECT, ...argv], env);
}

/** Writes the secrets as deploy/compose/README.md says. */
export async function writeSecrets(etc: string, token: string): Promise<void> {
  const folder = join(etc, 'secrets');
  await mkdir(folder, { recursive: true, mode: 0o711 });
  const secret = async (name: string, text: string, uid = OURS) => {
    const file = join(folder, name);
    await writeFile(file, `${text}\n`, { mode: 0o400 });
    await chown(file, uid, uid);
  };
  await chmod(etc, 0o755);
  await secret('telegram-token', token);
  await secret('redis-users', await readFile(join(EXAMPLES, 'redis-users'), 'utf8'), REDIS);
  await secret('hub-redis-url', 'redis://hub:the-password-of-the-hub@redis:6379');
  await secret('agent-redis-url', 'redis://alpha:the-password-of-alpha@redis:6379');
}

/** Writes the example configurations with the public keys in them, and a person. */
export async function writeConfigs(etc: string, keys: { hub: string; node: string }, person: number): Promise<void> {
  const fill = async (name: string, change: (text: string) => string) =>
    await writeFile(join(etc, name), change(await readFile(join(EXAMPLES, name), 'utf8')), { mode: 0o644 });
  await fill('hub.yaml', (text) =>
    text.replace('123456789', String(person)).replace('ng1.the-key-of-the-node', keys.node),
  );
  await fill('agent.yaml', (text) => text.replace('ng1.the-key-of-the-hub', keys.hub));
}

/** Lets containers reach the sandbox, which answers on loopback alone: a way to it from one address of their bridge. */
export async function openWay(address: string, sandbox: string): Promise<{ url: string; close: () => Promise<void> }> {
  const { host } = new URL(sandbox);
  const server = createServer((asked, answered) => {
    const onward = request(
      sandbox + asked.url,
      { method: asked.method, headers: { ...asked.headers, host } },
      (answer) => {
        answered.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(answered);
      },
    );
    onward.on('error', () => answered.destroy());
    answered.on('close', () => onward.destroy());
    asked.pipe(onward);
  });
  await once(server.listen(0, address), 'listening');
  return {
    url: `http://${address}:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
