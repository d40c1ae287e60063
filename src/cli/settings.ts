import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { Operator } from '#src/hub/config.ts';
import { Problem } from '#src/kit/problem.ts';
import { Secret } from '#src/kit/secret.ts';
import { issueSentence } from '#src/operation/args.ts';
import { Role } from '#src/operation/risk.ts';

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
}

/** Reads the environment. Throws Problem `environment` that names the variable. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = Environment.safeParse(given, { reportInput: true });
  if (!parsed.success) throw new Problem('environment', `In the environment, ${issueSentence(parsed.error)}`);
  const { data } = parsed;
  const base = data.NIGHTGUARD_STATE ?? join(homedir(), '.local', 'state', 'nightguard');
  const token = data.TELEGRAM_BOT_TOKEN === undefined ? undefined : new Secret(checkedToken(data.TELEGRAM_BOT_TOKEN));
  const state = token ? base : join(base, 'sandbox');
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
  };
}

function checkedToken(token: string): string {
  if (/^\d+:[A-Za-z0-9_-]{8,}$/.test(token)) return token;
  throw new Problem(
    'token',
    'TELEGRAM_BOT_TOKEN is not a bot token: it looks like 123456:ABC… and comes from @BotFather.',
  );
}
