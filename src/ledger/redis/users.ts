import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Problem } from '#src/kit/problem.ts';
import type { Secret } from '#src/kit/secret.ts';
import { parseAddress } from './address.ts';
import { createLine } from './line.ts';

const ANSWER_MS = 3000;

/** What came of making a user: it is there, or a person has to give the server this command, which holds no secret. */
export type MadeUser = { made: true } | { made: false; command: string };

/** The users of a Redis, one for each node, with the rights of a node and no others. */
export interface NodeUsers {
  /** Makes the user of a node, or makes it anew: the password that counts is this one. */
  make(node: string, password: Secret): Promise<MadeUser>;
  /** Removes the user of a node and ends its connections; false when a person has to (`command`). */
  remove(node: string): Promise<MadeUser>;
  /** The nodes that have a user; undefined when the server does not tell. */
  all(): Promise<string[] | undefined>;
  /** The command that makes the user of a node; it holds no secret. */
  command(node: string, password: Secret): string;
  /** The address by which a node comes in. */
  urlFor(node: string, password: Secret): string;
  close(): Promise<void>;
}

/**
 * Makes users in the Redis of `url`, whose own user needs `+acl|setuser +acl|deluser +acl|users +acl|save` for it.
 * `nodesUrl` is where nodes reach the same server, when that is somewhere else. Throws Problem `ledger`.
 */
export function createNodeUsers(deps: {
  url: Secret | string;
  ca?: string | undefined;
  nodesUrl?: string | undefined;
  prefix?: string | undefined;
}): NodeUsers {
  const { url, ca, nodesUrl, prefix = 'ng:' } = deps;
  const line = createLine(parseAddress(url, { ca }), ANSWER_MS);
  const outside = nodesUrl ?? (typeof url === 'string' ? url : url.reveal());

  /** Users live in memory only, unless the server keeps a file of them; where it does not, the hub makes them again. */
  const save = () => line.act((redis) => redis.acl('SAVE'), 'harmless').catch(() => {});
  const give = async (args: [string, ...string[]]): Promise<MadeUser> => {
    try {
      await line.act((redis) => redis.call('ACL', args), 'harmless');
    } catch (error) {
      if (isForbidden(error)) return { made: false, command: typed(args) };
      throw error;
    }
    await save();
    return { made: true };
  };

  const making = (node: string, password: Secret): [string, ...string[]] => [
    ...(['SETUSER', userOf(node)] as const),
    ...rulesOf(node, password, prefix),
  ];

  return {
    make: (node, password) => give(making(node, password)),
    command: (node, password) => typed(making(node, password)),
    remove: (node) => give(['DELUSER', userOf(node)]),
    async all() {
      try {
        const users = z.array(z.string()).parse(await line.act((redis) => redis.acl('USERS'), 'harmless'));
        return users.filter((user) => user.startsWith(USER)).map((user) => user.slice(USER.length));
      } catch (error) {
        if (isForbidden(error)) return undefined;
        throw error;
      }
    },
    urlFor(node, password) {
      const address = new URL(outside);
      address.username = userOf(node);
      address.password = password.reveal();
      return address.href;
    },
    close: () => line.close(),
  };
}

const USER = 'node-';

/** A node may be called as another user of the server is: so its user has a name of another form. */
function userOf(node: string): string {
  return `${USER}${node}`;
}

/** One selector per key, so that no right spreads to another key. The password goes to the server as its digest. */
function rulesOf(node: string, password: Secret, prefix: string): string[] {
  return [
    ...['reset', 'on', `#${createHash('sha256').update(password.reveal()).digest('hex')}`],
    ...['resetchannels', '-@all', '+ping'],
    `(%R~${prefix}orders:${node} +xread)`,
    `(%W~${prefix}events:${node} +xadd)`,
    `(%R~${prefix}cursor:${node} +get)`,
    `(%W~${prefix}beacon:${node} +set)`,
    `(%R~${prefix}beacon:* +mget)`,
  ];
}

function typed(args: readonly string[]): string {
  return `ACL ${args.map(quoted).join(' ')}`;
}

function quoted(word: string): string {
  return /[\s()#~*]/.test(word) ? `"${word}"` : word;
}

/** The server said no to the command itself: not allowed for this user, or a service that has no such thing. */
function isForbidden(error: unknown): boolean {
  if (!(error instanceof Problem) || !(error.cause instanceof Error)) return false;
  return /^NOPERM|unknown (sub)?command|not (allowed|supported|permitted)/i.test(error.cause.message);
}
