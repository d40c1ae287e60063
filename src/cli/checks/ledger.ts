import { join } from 'node:path';
import { Redis } from 'ioredis';
import { formatDuration } from '#src/kit/duration.ts';
import { Problem } from '#src/kit/problem.ts';
import { parseAddress } from '#src/ledger/redis/address.ts';
import { createRedisLedger } from '#src/ledger/redis/ledger.ts';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import { CLOCK_SKEW_S } from '#src/wire/seal.ts';
import { isThere } from '../configFile.ts';
import type { Settings } from '../settings.ts';
import type { Check, Finding } from './check.ts';
import { ok, warn } from './check.ts';

/** Streams with rights on single keys came with this version. */
const NEEDED_REDIS = 7;
const ASK_MS = 3_000;

type Shared = NonNullable<Settings['redis']>;

/** The ledger: does it answer, and does it keep what it is given? */
export const ledgerCheck: Check = async ({ settings: { state, redis }, role }) => {
  if (redis) return await sharedLedger(redis);
  if (role !== 'up') throw new Problem('ledger', 'REDIS_URL is not set: hub and agents meet in a Redis or Valkey.');
  const file = join(state, 'ledger.db');
  if (!(await isThere(file))) return ok(`${file}: not there yet; "nightguard up" makes it`);
  const ledger = createSqliteLedger({ file });
  try {
    await ledger.ping();
  } finally {
    await ledger.close();
  }
  return ok(file);
};

/** This machine's clock beside that of the ledger's: orders are refused when two clocks are too far apart. */
export const clockCheck: Check = async ({ settings: { redis } }) => {
  if (!redis) return ok('hub and agent have the same one');
  const before = Date.now();
  const answer = await asked(redis, (line) => line.time());
  if (answer === undefined)
    return warn('Redis did not tell its time to this user; compare the clocks of hub and nodes by hand');
  const [seconds = 0, micros = 0] = answer.map(Number);
  const apart = (before + Date.now()) / 2 - (seconds * 1000 + micros / 1000);
  const words = `${formatDuration(Math.abs(apart))} ${apart < 0 ? 'behind' : 'ahead of'} the ledger's`;
  if (Math.abs(apart) > CLOCK_SKEW_S * 1000)
    throw new Problem('clock', `This clock is ${words}; ${CLOCK_SKEW_S} s are allowed. Run: timedatectl set-ntp true`);
  return ok(words);
};

async function sharedLedger(redis: Shared): Promise<Finding> {
  const { where } = parseAddress(redis.url, { ca: redis.ca });
  const ledger = createRedisLedger({ url: redis.url, tls: { ca: redis.ca } });
  try {
    await ledger.ping();
  } finally {
    await ledger.close();
  }
  const info = await asked(redis, (line) => line.info());
  if (info === undefined)
    return warn(
      `${where} answers; this user may not ask INFO, so look there yourself: appendonly yes, maxmemory-policy noeviction`,
    );
  return judge(
    where,
    new Map(info.split(/\r?\n/).map((line) => [line.split(':', 1)[0] ?? '', line.slice(line.indexOf(':') + 1)])),
  );
}

function judge(where: string, info: ReadonlyMap<string, string>): Finding {
  const version = info.get('valkey_version') ?? info.get('redis_version') ?? '';
  const policy = info.get('maxmemory_policy');
  if (version && Number(version.split('.', 1)[0]) < NEEDED_REDIS)
    throw new Problem('ledger', `${where} runs version ${version}. Update it to Redis 7 or Valkey.`);
  if (policy !== undefined && policy !== 'noeviction')
    throw new Problem(
      'ledger',
      `${where} drops keys when it is full (${policy}). Run: redis-cli CONFIG SET maxmemory-policy noeviction, and set it in its file.`,
    );
  if (info.get('aof_enabled') === '0')
    throw new Problem(
      'ledger',
      `${where} forgets the last minutes when it dies. Run: redis-cli CONFIG SET appendonly yes, and set it in its file.`,
    );
  if (policy === undefined || !info.has('aof_enabled'))
    return warn(
      `${where} answers (${version}) and does not say whether it is durable: it has to be, and must not evict keys`,
    );
  return ok(`${where} answers, version ${version}, append-only file on, ${policy}`);
}

/** What Redis answers to one command of the doctor's own; undefined when this user may not ask it. */
async function asked<T>({ url, ca }: Shared, ask: (line: Redis) => Promise<T>): Promise<T | undefined> {
  const { options } = parseAddress(url, { ca });
  const line = new Redis({ ...QUIET, ...options, commandTimeout: ASK_MS, replyMapping: 'legacy' });
  line.on('error', () => {});
  try {
    return await ask(line);
  } catch {
    // That it cannot be reached was said by the ledger itself.
    return undefined;
  } finally {
    line.disconnect();
  }
}

// One try, and no command that a node's user may not send.
const QUIET = {
  protocol: 2,
  enableReadyCheck: false,
  disableClientInfo: true,
  retryStrategy: () => null,
  maxRetriesPerRequest: 0,
} as const;
