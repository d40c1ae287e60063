import { chmod, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FileConfig, nodeOf } from '#src/cli/config.ts';
import { readConfigFile } from '#src/cli/configFile.ts';
import { joinedRedis } from '#src/cli/joined.ts';
import { writeJoined } from '#src/cli/joinFiles.ts';
import { roleOf, settingsOf } from '#src/cli/role.ts';
import type { Welcome } from '#src/wire/join.ts';
import { makeKeys } from '#src/wire/keys.ts';
import { temporaryFolder } from '../adapters/temporary.ts';

const WELCOME: Welcome = {
  ...{ v: 1, name: 'beta', siblings: ['alpha'] },
  ledger: { url: 'rediss://node-beta:s3cret@redis.example.org:6379', ca: 'a certificate' },
};

async function written(more: Partial<Welcome> = {}) {
  const state = await temporaryFolder();
  const config = join(state, 'nightguard.yaml');
  const hub = { key: (await makeKeys()).public, url: 'https://hub.example.org/?a="b": c' };
  const opens = await writeJoined({ config, state, hub, welcome: { ...WELCOME, ...more }, reads: ['health', 'logs'] });
  return { state, config, hub, opens };
}

test('what a machine is told becomes a configuration that an agent reads, for its owner alone', async () => {
  const { state, config, hub, opens } = await written({ environment: 'stage' });
  const read = await readConfigFile(config, FileConfig);
  expect(read.hub).toEqual(hub);
  expect(nodeOf(read)).toMatchObject({ name: 'beta', environment: 'stage', siblings: ['alpha'] });
  expect(await readFile(opens, 'utf8')).toContain('operations: [health, logs]');
  for (const file of ['nightguard.yaml', 'redis-url', 'redis-ca.pem'])
    expect((await stat(join(state, file))).mode & 0o777).toBe(0o600);
});

test('a node of which no environment was said is prod', async () => {
  const { config } = await written();
  expect(nodeOf(await readConfigFile(config, FileConfig)).environment).toBe('prod');
});

test('a machine that has joined is an agent, for the doctor and the policy as well', async () => {
  const { state } = await written();
  const env = { NIGHTGUARD_STATE: state };
  expect(roleOf(env)).toBe('agent');
  expect(roleOf({ NIGHTGUARD_STATE: await temporaryFolder() })).toBe('up');
  const { config, redis } = settingsOf(env, 'agent');
  expect(config).toBe(join(state, 'nightguard.yaml'));
  expect([redis?.url.reveal(), redis?.ca]).toEqual([WELCOME.ledger.url, join(state, 'redis-ca.pem')]);
  expect(JSON.stringify(redis)).not.toContain('s3cret');
});

test('an address that others can read is refused with the mend', async () => {
  const { state } = await written();
  await chmod(join(state, 'redis-url'), 0o644);
  expect(() => joinedRedis(state)).toThrow(/can be read by others. Run: chmod 600/);
});
