import { z } from 'zod';
import type { Server } from '../../fixtures/redis.ts';

const texts = z.array(z.string());
const entries = z.array(z.tuple([z.string(), texts]));

/** What stands under one key, as it can be written back. */
export interface Value {
  key: string;
  type: string;
  /** Commands behind the name of the key, such as `SET` with its text. */
  made: { command: string; args: string[] }[];
}

/** Everything in a Redis, as somebody reads it who has it in hand. */
export async function readAll(redis: Server): Promise<Value[]> {
  const keys = texts.parse(await redis.ask('KEYS', '*'));
  const values = await Promise.all(keys.map((key) => readOne(redis, key)));
  return values.filter((value) => value !== undefined);
}

/** Writes a value, under its own key or another one, in the place of what is there. */
export async function write(redis: Server, { made }: Value, key: string): Promise<void> {
  await redis.ask('DEL', key);
  for (const { command, args } of made) await redis.ask(command, key, ...args);
}

async function readOne(redis: Server, key: string): Promise<Value | undefined> {
  const type = z.string().parse(await redis.ask('TYPE', key));
  const read = READ[type];
  if (!read) return undefined;
  const [command, ...args] = read.ask;
  // It may be gone or another one by now.
  const found: unknown = await redis.ask(command ?? '', key, ...args).catch(() => undefined);
  return found === undefined || found === null ? undefined : { key, type, made: read.made(found) };
}

type Made = Value['made'];

const READ: Record<string, { ask: string[]; made: (found: unknown) => Made }> = {
  string: { ask: ['GET'], made: (found) => [{ command: 'SET', args: [z.string().parse(found)] }] },
  hash: { ask: ['HGETALL'], made: (found) => all('HSET', texts.parse(found)) },
  list: { ask: ['LRANGE', '0', '-1'], made: (found) => all('RPUSH', texts.parse(found)) },
  set: { ask: ['SMEMBERS'], made: (found) => all('SADD', texts.parse(found)) },
  zset: { ask: ['ZRANGE', '0', '-1', 'WITHSCORES'], made: (found) => all('ZADD', scoresFirst(texts.parse(found))) },
  stream: {
    ask: ['XRANGE', '-', '+'],
    made: (found) => entries.parse(found).map(([id, fields]) => ({ command: 'XADD', args: [id, ...fields] })),
  },
};

function all(command: string, args: string[]): Made {
  return args.length === 0 ? [] : [{ command, args }];
}

function scoresFirst(found: string[]): string[] {
  return found.flatMap((text, index) => (index % 2 === 0 ? [found[index + 1] ?? '0', text] : []));
}
