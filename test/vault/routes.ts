import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { Refusal } from './refusal.ts';
import type { Product, Seal } from './seal.ts';
import { VERSION } from './seal.ts';
import type { Secrets } from './secrets.ts';
import type { TokenOf, Tokens } from './tokens.ts';

/** One request as the routes see it; `path` stands behind `/v1/`. */
export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  body: unknown;
  token: string | undefined;
}

/** Its answer; without a body nothing is sent but the head. */
export interface Answered {
  status: number;
  body?: unknown;
}

/** One server of a cluster. */
export interface Served {
  product: Product;
  seal: Seal;
  tokens: Tokens;
  secrets: Secrets;
  /** Opened, but another one leads. */
  isStandby: () => boolean;
  now: () => number;
}

const Unseal = z.object({ key: z.string().optional(), reset: z.boolean().optional() });
const Init = z.object({ secret_shares: z.number().int(), secret_threshold: z.number().int() });
const Create = z.object({
  policies: z.array(z.string()).default([]),
  ttl: z.string().default('768h'),
  renewable: z.boolean().default(true),
});
const Renew = z.object({ increment: z.string().optional() });

/** Answers what a server of either product answers to the paths that are known here. */
export function answerTo(served: Served, asked: Asked): Answered {
  const { seal } = served;
  const open = OPEN[asked.path];
  if (open) return open(served, asked);
  if (seal.isSealed()) throw new Refusal(503, 'Vault is sealed');
  const token = served.tokens.find(asked.token);
  const mounted = /^secret\/(data|metadata)(?:\/(.*))?$/.exec(asked.path);
  if (mounted) return secretOf(served, asked, token, mounted[1] ?? '', mounted[2] ?? '');
  const closed = CLOSED[asked.path];
  if (!closed) throw new Refusal(404, `no handler for route "${asked.path}". route entry not found.`);
  return closed(served, asked, token);
}

/** What is answered to everybody, sealed or not. */
const OPEN: Record<string, (served: Served, asked: Asked) => Answered> = {
  'sys/seal-status': ({ seal }) => ({ status: 200, body: seal.status() }),
  'sys/health': health,
  'sys/unseal': ({ seal }, { method, body }) => {
    if (!WRITES.has(method)) throw new Refusal(405);
    seal.unseal(lowered(Unseal, body));
    return { status: 200, body: seal.status() };
  },
  'sys/init': ({ seal, tokens }, { method, body }) => {
    if (!WRITES.has(method)) return { status: 200, body: { initialized: seal.status()['initialized'] } };
    const { secret_shares, secret_threshold } = lowered(Init, body);
    const keys = seal.initialize(secret_shares, secret_threshold);
    const texts = {
      keys: keys.map((key) => key.toString('hex')),
      keys_base64: keys.map((key) => key.toString('base64')),
    };
    return { status: 200, body: { ...texts, root_token: tokens.root() } };
  },
};

/** What needs a token. */
const CLOSED: Record<string, (served: Served, asked: Asked, token: TokenOf) => Answered> = {
  'sys/seal': ({ seal }, { method }, token) => {
    if (!WRITES.has(method)) throw new Refusal(405);
    if (!token.policies.includes('root')) throw new Refusal(403, 'permission denied');
    seal.seal();
    return { status: 204 };
  },
  'auth/token/lookup-self': ({ tokens }, _, token) => ({ status: 200, body: wrapped({ data: tokens.lookup(token) }) }),
  'auth/token/renew-self': ({ tokens }, { body }, token) => {
    const { increment } = lowered(Renew, body ?? {});
    return {
      status: 200,
      body: wrapped({ auth: tokens.renew(token, increment === undefined ? undefined : secondsOf(increment)) }),
    };
  },
  'auth/token/create': ({ tokens }, { body }, token) => {
    const { policies, ttl, renewable } = lowered(Create, body ?? {});
    return {
      status: 200,
      body: wrapped({ auth: tokens.create(token, { policies, ttlS: secondsOf(ttl), renewable }) }),
    };
  },
};

const WRITES = new Set(['PUT', 'POST']);

const CODES = { uninitcode: 501, sealedcode: 503, standbycode: 429, activecode: 200 };

function health({ product, seal, isStandby, now }: Served, { query }: Asked): Answered {
  const { initialized, sealed, cluster_name, cluster_id } = seal.status();
  const [uninit = 0, closed = 0, standby = 0, active = 0] = Object.entries(CODES).map(([name, ordinary]) => {
    const text = query.get(name) ?? String(ordinary);
    if (!/^\d+$/.test(text)) throw new Refusal(400);
    return Number(text);
  });
  const follows = sealed === true || isStandby();
  const standbyOk = ['', 'true'].includes(query.get('standbyok') ?? 'false');
  const open = follows && !standbyOk ? standby : active;
  const mode = sealed ? 'unknown' : 'disabled';
  return {
    status: !initialized ? uninit : sealed ? closed : open,
    body: {
      ...{ initialized, sealed, standby: follows, replication_performance_mode: mode, replication_dr_mode: mode },
      ...{ server_time_utc: Math.floor(now() / 1000), version: VERSION[product] },
      ...(sealed ? {} : { cluster_name, cluster_id }),
      ...(product === 'vault' ? { performance_standby: false } : {}),
    },
  };
}

function secretOf({ secrets }: Served, asked: Asked, token: TokenOf, kind: string, path: string): Answered {
  const mayRead = token.policies.includes('root') || token.policies.includes('reader');
  const mayWrite = token.policies.includes('root');
  if (WRITES.has(asked.method) || asked.method === 'DELETE' ? !mayWrite : !mayRead)
    throw new Refusal(403, 'permission denied');
  if (kind === 'metadata') {
    if (asked.method === 'LIST' || asked.query.get('list') === 'true')
      return { status: 200, body: wrapped({ data: secrets.list(path) }) };
    return { status: 200, body: wrapped({ data: secrets.metadata(path) }) };
  }
  if (asked.method === 'DELETE') {
    secrets.remove(path);
    return { status: 204 };
  }
  if (WRITES.has(asked.method)) {
    const { data } = z.object({ data: z.record(z.string(), z.unknown()) }).parse(asked.body);
    return { status: 200, body: wrapped({ data: secrets.put(path, data) }) };
  }
  const { status, data } = secrets.get(path, Number(asked.query.get('version') ?? 0));
  return { status, body: wrapped({ data }) };
}

/** The envelope around all that comes from behind a token. */
function wrapped(inner: { data?: unknown; auth?: unknown }) {
  return {
    ...{ request_id: randomUUID(), lease_id: '', renewable: false, lease_duration: 0, data: null, wrap_info: null },
    ...{ warnings: null, auth: null },
    ...inner,
  };
}

/** The names of a body's keys may be written in capitals. */
function lowered<T>(schema: z.ZodType<T>, body: unknown): T {
  const record = z.record(z.string(), z.unknown()).safeParse(body);
  const parsed = schema.safeParse(
    Object.fromEntries(Object.entries(record.data ?? {}).map(([key, value]) => [key.toLowerCase(), value])),
  );
  if (!record.success || !parsed.success) throw new Refusal(400, 'failed to parse JSON input');
  return parsed.data;
}

function secondsOf(text: string): number {
  const [, number = '0', unit = 's'] = /^(\d+)([smhd]?)$/.exec(text) ?? [];
  return Number(number) * ({ s: 1, m: 60, h: 3600, d: 86_400, '': 1 }[unit] ?? 1);
}
