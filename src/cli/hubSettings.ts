import { BlockList } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import { Problem } from '#src/kit/problem.ts';
import { Secret } from '#src/kit/secret.ts';
import { issueSentence } from '#src/operation/args.ts';
import type { Keys } from '#src/wire/keys.ts';
import { loadKeys, parseKeys } from '#src/wire/keys.ts';
import { readEnvironment } from './secrets.ts';

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];
const NEW_SECRET = 'make one with: openssl rand -hex 32';

const PRIVATE = new BlockList();
for (const [net, bits] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
] as const)
  PRIVATE.addSubnet(net, bits);

/** Where an agent rings: https, or plain http within a private network, since a ring is sealed and says nothing. */
export const DoorbellUrl = z.string().refine((text) => {
  const { protocol, hostname = '' } = URL.parse(text) ?? {};
  const near = LOOPBACK.includes(hostname) || PRIVATE.check(hostname);
  return protocol === 'https:' || (protocol === 'http:' && near);
}, 'has to be an address that begins with https://, or with http:// and an address of a private network');

/** Where a hub is reached from outside: https, or plain http on this machine. */
export const HubUrl = z.string().refine((text) => {
  const { protocol, hostname = '' } = URL.parse(text) ?? {};
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname));
}, 'has to be an address that begins with https://');

const secret = z
  .string()
  .regex(/^[A-Za-z0-9_-]*$/, `may have only A-Z, a-z, 0-9, "_" and "-"; ${NEW_SECRET}`)
  .min(32, `has to have 32 characters or more; ${NEW_SECRET}`)
  .max(256, `may have 256 characters at the most; ${NEW_SECRET}`)
  .transform((text) => new Secret(text));

const Environment = z.object({
  HUB_URL: HubUrl.optional(),
  NODES_REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\/[^@\s]+$/, 'has to be redis://host:6379 or rediss://host:6379, without user and password')
    .optional(),
  TELEGRAM_WEBHOOK_SECRET: secret.optional(),
  HUB_TICK_SECRET: secret.optional(),
  PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  HUB_SLEEPS: z.enum(['0', '1']).optional(),
  K_SERVICE: z.string().optional(),
  NIGHTGUARD_HUB_KEYS: z
    .string()
    .transform((text) => parseKeys(text))
    .refine((keys) => keys !== undefined, 'is not what stands in a key file')
    .optional(),
});

/** How a hub alone is reached and what it is given, beside the settings of all. */
export interface HubSettings {
  /** Where Telegram posts updates; undefined: they are polled. */
  webhook: { url: string; secret: Secret } | undefined;
  /** Where machines reach this hub. */
  url: string | undefined;
  /** Where nodes reach the ledger, when it is somewhere else than for the hub. */
  nodesRedis: string | undefined;
  tickSecret: Secret | undefined;
  /** The port to listen on; undefined: nobody comes from outside. */
  port: number | undefined;
  /** The host gives it time only while it answers requests. */
  sleeps: boolean;
  keys: Keys | undefined;
}

/** Reads the hub's part of the environment. Throws Problem `environment` that names the variable. */
export function readHubSettings(env: NodeJS.ProcessEnv): HubSettings {
  const parsed = Environment.safeParse(readEnvironment(env));
  if (!parsed.success) throw new Problem('environment', `In the environment, ${issueSentence(parsed.error)}`);
  const { HUB_URL: url, TELEGRAM_WEBHOOK_SECRET: webhookSecret, PORT: port, K_SERVICE: service, ...data } = parsed.data;
  const sleeps = data.HUB_SLEEPS === undefined ? service !== undefined : data.HUB_SLEEPS === '1';
  const webhook = url && webhookSecret ? { url: new URL('/telegram', url).href, secret: webhookSecret } : undefined;
  if (sleeps && !webhook)
    throw new Problem(
      'environment',
      `A hub that sleeps cannot poll: set HUB_URL to its address and TELEGRAM_WEBHOOK_SECRET (${NEW_SECRET}).`,
    );
  if (sleeps && webhook && data.HUB_TICK_SECRET === undefined)
    throw new Problem(
      'environment',
      `A hub that sleeps has no clock: set HUB_TICK_SECRET (${NEW_SECRET}), and have a clock outside POST to ${new URL('/tick', webhook.url).href} every 5 minutes with "Authorization: Bearer <HUB_TICK_SECRET>". Without it the webhook is not looked at, the audit is not chained, and a lockdown is not told again.`,
    );
  return {
    ...{
      webhook,
      sleeps,
      url,
      nodesRedis: data.NODES_REDIS_URL,
      tickSecret: data.HUB_TICK_SECRET,
      keys: data.NIGHTGUARD_HUB_KEYS,
    },
    port: port ?? (url || service ? 8080 : undefined),
  };
}

/** The hub's keys: as given, else those of the state folder. Throws Problem `key-file` where a fresh pair would be gone at the next start. */
export async function hubKeys({ keys, sleeps }: HubSettings, state: string): Promise<Keys> {
  if (keys) return keys;
  if (sleeps)
    throw new Problem(
      'key-file',
      'A hub that sleeps keeps no files: set NIGHTGUARD_HUB_KEYS or NIGHTGUARD_HUB_KEYS_FILE to what is in keys/hub.json after "nightguard keys --hub" on a machine of yours.',
    );
  return await loadKeys(join(state, 'keys', 'hub.json'));
}
