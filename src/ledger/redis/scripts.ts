import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { Line } from './line.ts';
import type { ReadReply } from './reply.ts';

/** Lua that Redis runs as one atomic act. */
export interface Script {
  lua: string;
  sha: string;
}

/** What goes into a script: texts and what is made of texts. Lua keeps no number above 14 digits, so numbers travel as texts. */
export type Argument = string | undefined | readonly Argument[] | { readonly [name: string]: Argument };

/** Runs scripts against one prefix. */
export interface Scripts {
  /** One round trip, and a second one after Redis forgot its scripts. */
  run<T>(script: Script, reply: z.ZodType<T>, argument?: Argument, twice?: 'harmless'): Promise<T>;
}

// A field that is damaged counts as 0: one such record must not stop a script that is about many.
const HEAD = `local P = ARGV[1]
local A = cjson.decode(ARGV[2])
local function num(text) return string.match(text or '', '^%d+$') or '0' end
`;

/** A script of some shared functions and its own lines: `P` is the prefix of all keys, `A` the argument, `num` reads a number that is stored. */
export function defineScript(...parts: string[]): Script {
  const lua = HEAD + parts.join('');
  return { lua, sha: createHash('sha1').update(lua).digest('hex') };
}

/** The scripts of one ledger. */
export function createScripts(deps: { line: Line; prefix: string; readReply: ReadReply }): Scripts {
  const { line, prefix, readReply } = deps;
  return {
    run: async ({ lua, sha }, reply, argument = {}, twice) => {
      const text = JSON.stringify(argument);
      const answer = await line.act(async (redis) => {
        try {
          return await redis.evalsha(sha, 0, prefix, text);
        } catch (error) {
          // It did not begin, so that it can be sent whole.
          if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
          return await redis.eval(lua, 0, prefix, text);
        }
      }, twice);
      return readReply(reply, answer);
    },
  };
}
