import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { Operator } from '#src/hub/config.ts';
import { Problem } from '#src/kit/problem.ts';
import { Secret } from '#src/kit/secret.ts';
import { issueSentence } from '#src/operation/args.ts';
import { Role } from '#src/operation/risk.ts';
import { readEnvironment } from './secrets.ts';

const port = z.coerce.number().int().min(0).max(65_535);

/** `1234`, `1234:operator` or `1234:operator:Ben`, several with commas; an id alone is an admin. */
const Operators = z.string().transform((text, ctx) =>
  text.split(',').map((each) => {
    const [id = '', role = 'admin', name = id] = each.trim().split(':');
    if (!/^[1-9]\d*$/.test(id))
      ctx.addIssue({ code: 'custom', message: `"${each}" is not a numeric Telegram id; a @name can change hands` });
    const known = Role.safeParse(role);
    if (!known.success) ctx.addIssue({ code: 'custom', message: `"${role}" is no role: ${Role.options.join(', ')}` });
    const person = { id: Number(id), role: known.data ?? ('viewer' as const), name };
    const checked = Operator.safeParse(person);
    if (!checked.success) ctx.addIssue({ code: 'custom', message: `"${each}" ${checked.error.issues[0]?.message}` });
    return person;
  }),
);

const Environment = z.object({
  NIGHTGUARD_CONFIG: z.string().min(1).optional(),
  NIGHTGUARD_STATE: z.string().min(1).optional(),
  NIGHTGUARD_LOG: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).optional(),
  NIGHTGUARD_OPERATORS: Operators.optional(),
  TELEGRAM_BOT_TOKEN: z.string().optional(),
  TELEGRAM_API_ROOT: z.url().default('https://api.telegram.org'),
  SANDBOX_PORT: port.default(8787),
  REDIS_URL: z.string().optional(),
  REDIS_CA: z.string().optional(),
});

/** What the environment says, with its defaults. */
export interface Settings {
  /** Undefined: the sandbox. */
  token: Secret | undefined;
  apiRoot: string;
  operators: z.infer<typeof Operators>;
  sandboxPort: number;
  /** The folder of everything that must survive a restart; the sandbox keeps its own below it. */
  state: string;
  config: string;
  logLevel: string;
  /** The ledger that several machines share; undefined: a file. */
  redis: { url: Secret; ca: string | undefined } | undefined;
}

/** Reads the environment; without a token the state is the sandbox's, but `real` means that of the machine in any case. Throws Problem `environment` that names the variable. */
export function readSettings(
  env: NodeJS.ProcessEnv,
  place: 'sandbox without a token' | 'real' = 'sandbox without a token',
): Settings {
  const parsed = Environment.safeParse(readEnvironment(env), { reportInput: true });
  if (!parsed.success) throw new Problem('environment', `In the environment, ${issueSentence(parsed.error)}`);
  const { data } = parsed;
  const base = data.NIGHTGUARD_STATE ?? join(homedir(), '.local', 'state', 'nightguard');
  const token = data.TELEGRAM_BOT_TOKEN === undefined ? undefined : new Secret(checkedToken(data.TELEGRAM_BOT_TOKEN));
  const state = token || place === 'real' ? base : join(base, 'sandbox');
  return {
    ...{
      token,
      state,
      apiRoot: data.TELEGRAM_API_ROOT,
      operators: data.NIGHTGUARD_OPERATORS ?? [],
      sandboxPort: data.SANDBOX_PORT,
    },
    config: data.NIGHTGUARD_CONFIG ?? join(state, 'nightguard.yaml'),
    logLevel: data.NIGHTGUARD_LOG ?? 'warn',
    redis: data.REDIS_URL === undefined ? undefined : { url: new Secret(data.REDIS_URL), ca: data.REDIS_CA },
  };
}

/** The bot's token. Throws Problem `token` when there is none. */
export function tokenOf({ token }: Settings): Secret {
  if (token) return token;
  throw new Problem('token', 'TELEGRAM_BOT_TOKEN is not set: it comes from @BotFather.');
}

/** The shared ledger's address. Throws Problem `environment` when there is none. */
export function redisOf({ redis }: Settings): NonNullable<Settings['redis']> {
  if (redis) return redis;
  throw new Problem(
    'environment',
    'REDIS_URL is not set: hub and agents meet in a Redis or Valkey. Write redis://user:password@host:6379, or rediss:// for TLS.',
  );
}

/** Everything in the settings that no log may show. */
export function secretsOf({ token, redis }: Settings): Secret[] {
  const address = URL.parse(redis?.url.reveal() ?? '');
  const password = address?.password ? [address.password, decodeURIComponent(address.password)] : [];
  return [...(token ? [token] : []), ...(redis ? [redis.url] : []), ...password.map((text) => new Secret(text))];
}

function checkedToken(token: string): string {
  if (/^\d+:[A-Za-z0-9_-]{8,}$/.test(token)) return token;
  throw new Problem(
    'token',
    'TELEGRAM_BOT_TOKEN is not a bot token: it looks like 123456:ABC… and comes from @BotFather.',
  );
}
