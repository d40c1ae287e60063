import type { Ledger } from '../port.ts';
import type { Line } from './line.ts';
import type { ReadReply } from './reply.ts';
import { Flag, Texts } from './reply.ts';
import type { Scripts } from './scripts.ts';
import { defineScript } from './scripts.ts';

const SHELVE = defineScript(`
local key = P .. 'shelf:' .. A.shelf
local now = redis.call('HGET', key, A.name) or nil
if now == A.to then return 1 end
if now ~= A.from then return 0 end
if A.to then redis.call('HSET', key, A.name, A.to) else redis.call('HDEL', key, A.name) end
return 1
`);

/** What the hub has sealed for itself, and the end of a node. */
export function createShelves(deps: {
  line: Line;
  scripts: Scripts;
  readReply: ReadReply;
  prefix: string;
}): Pick<Ledger, 'shelf' | 'shelve' | 'clear'> {
  const { line, scripts, readReply, prefix } = deps;
  return {
    shelf: async (shelf) =>
      readReply(Texts, await line.act((redis) => redis.hgetall(`${prefix}shelf:${shelf}`), 'harmless')),
    // A second time it finds what the first one wrote.
    shelve: async ({ shelf, name, from, to }) => await scripts.run(SHELVE, Flag, { shelf, name, from, to }, 'harmless'),
    clear: async (node) => {
      const keys = ['orders', 'events', 'cursor', 'beacon'].map((kind) => `${prefix}${kind}:${node}`);
      await line.act((redis) => redis.del(keys), 'harmless');
    },
  };
}
