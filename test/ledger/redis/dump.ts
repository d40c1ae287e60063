import { z } from 'zod';
import type { Server } from '../../fixtures/redis.ts';

const Texts = z.array(z.string());
/** How each kind of key is read whole. */
const READS: Record<string, (key: string) => string[]> = {
  string: (key) => ['GET', key],
  hash: (key) => ['HGETALL', key],
  list: (key) => ['LRANGE', key, '0', '-1'],
  set: (key) => ['SMEMBERS', key],
  zset: (key) => ['ZRANGE', key, '0', '-1', 'WITHSCORES'],
  stream: (key) => ['XRANGE', key, '-', '+'],
};

/** All keys with all that they hold, but for those that `skip` names; what is base64url stands there decoded as well. */
export async function readAll(server: Server, skip = /^$/): Promise<string> {
  const keys = Texts.parse(await server.ask('KEYS', '*')).filter((key) => !skip.test(key));
  const lines = await Promise.all(
    keys.map(async (key) => {
      const kind = z.string().parse(await server.ask('TYPE', key));
      // Gone since: somebody still works with it.
      if (kind === 'none') return key;
      const read = READS[kind];
      if (!read) throw new Error(`${key} is of a kind that is not read`);
      return `${key} ${JSON.stringify(await server.ask(...read(key)))}`;
    }),
  );
  const text = lines.join('\n');
  const decoded = text.match(/[\w-]{16,}/g)?.map((each) => Buffer.from(each, 'base64url').toString());
  return [text, ...(decoded ?? [])].join('\n');
}
