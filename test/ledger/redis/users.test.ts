import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { Secret } from '#src/kit/secret.ts';
import { createNodeUsers } from '#src/ledger/redis/users.ts';
import { startRedis } from '../../fixtures/redis.ts';
import { openLedger, REDIS } from './opened.ts';

const PASS = new Secret('alpha-pass');
/** As docs/configuration.md gives them by hand; acl.test.ts shows what they are good for. */
const BY_HAND =
  'user alpha on >alpha-pass resetchannels -@all +ping (%R~ng:orders:alpha +xread) (%W~ng:events:alpha +xadd) (%R~ng:cursor:alpha +get) (%W~ng:beacon:alpha +set) (%R~ng:beacon:* +mget)';
const RIGHTS = '~ng:* -@all +@read +@write +@scripting +@connection';

async function server(hub: string, program: 'redis-server' | 'valkey-server' = 'redis-server') {
  const acl = ['user default on nopass ~* &* +@all', BY_HAND, `user hub on >hub-pass ${hub}`];
  const redis = await startRedis({ acl, program });
  const users = createNodeUsers({ url: `redis://hub:hub-pass@127.0.0.1:${redis.port}/` });
  onTestFinished(() => users.close());
  return { redis, users };
}

describe.skipIf(REDIS.isMissing)(`the users of nodes ${REDIS.name}`, () => {
  test('have the rights that are written by hand, letter by letter, and are kept in the file of the server', async () => {
    const { redis, users } = await server(`${RIGHTS} +acl|setuser +acl|deluser +acl|users +acl|save`);
    expect(await users.make('alpha', PASS)).toEqual({ made: true });
    // All but the flags: how payloads of RESTORE are looked at does not matter to who may not send any.
    const of = async (user: string) =>
      z
        .array(z.unknown())
        .parse(await redis.ask('ACL', 'GETUSER', user))
        .slice(2);
    expect(await of('node-alpha')).toEqual(await of('alpha'));
    expect(await users.all()).toEqual(['alpha']);
    await redis.kill();
    await redis.restart();
    expect(await users.all()).toEqual(['alpha']);
    const alpha = openLedger({ url: users.urlFor('alpha', PASS) });
    await alpha.ping();
    await users.make('alpha', new Secret('another'));
    await expect(openLedger({ url: users.urlFor('alpha', PASS) }).ping()).rejects.toThrow(/refused user and password/);
    expect(await users.remove('alpha')).toEqual({ made: true });
    expect(await users.remove('alpha')).toEqual({ made: true });
    await expect(alpha.ping()).rejects.toThrow();
    expect(await users.all()).toEqual([]);
  });

  test('are for a person to make where the hub may not, by a command without the password', async () => {
    const { redis, users } = await server(RIGHTS);
    const made = await users.make('alpha', PASS);
    expect(made).toEqual({
      made: false,
      command: expect.stringMatching(/^ACL SETUSER node-alpha reset on "#[0-9a-f]{64}" /),
    });
    expect(JSON.stringify(made)).not.toContain('alpha-pass');
    expect(await users.remove('alpha')).toEqual({ made: false, command: 'ACL DELUSER node-alpha' });
    expect(await users.all()).toBeUndefined();
    expect(await redis.ask('ACL', 'USERS')).not.toContain('node-alpha');
  });

  test('come in where nodes reach the server, with a certificate of its own or not', async () => {
    const users = createNodeUsers({
      url: 'redis://hub:x@10.0.0.1:6379/2',
      nodesUrl: 'rediss://redis.example.org:6380',
    });
    onTestFinished(() => users.close());
    expect(users.urlFor('b-1', PASS)).toBe('rediss://node-b-1:alpha-pass@redis.example.org:6380');
  });
});
