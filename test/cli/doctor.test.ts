import { randomBytes } from 'node:crypto';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { seedsFile, writeSeeds } from '#src/agent/approver/seeds.ts';
import { examine } from '#src/cli/doctor.ts';
import { temporaryFolder } from '../adapters/temporary.ts';
import { launchFleet } from '../fixtures/fleet.ts';
import { whyWithout } from '../fixtures/redis.ts';
import { whyWithoutRestic } from '../fixtures/restic.ts';

const without = whyWithout('redis-server');
const TOKEN = '4242424242:fleet-tests-of-nightguard-in-a-sandbox';

test('a machine on which nothing was started yet needs no mend', async () => {
  const lines = await examine({ NIGHTGUARD_STATE: await temporaryFolder() });
  expect(lines.filter(({ state }) => state !== 'ok')).toEqual([]);
});

test('an agent without anything is told all that it needs', async () => {
  const lines = await examine({ NIGHTGUARD_STATE: await temporaryFolder() }, 'agent');
  const mends = lines.filter(({ state }) => state === 'mend').map(({ check }) => check);
  expect(mends).toEqual(['config', 'ledger']);
});

test.each([
  ['dev', '[{ operations: [health] }]', 'ok', "node.policy: 1 rule; can be changed by the agent's user"],
  ['prod', '[{ operations: [health] }]', 'warn', 'On prod, use node.policyFile'],
  ['dev', '[]', 'warn', 'refuses everything'],
])('on %s the policy %s is %s', async (environment, policy, state, words) => {
  const folder = await temporaryFolder();
  const file = join(folder, 'nightguard.yaml');
  await writeFile(file, `node: { name: alpha, environment: ${environment}, policy: ${policy} }`, { mode: 0o600 });
  const lines = await examine({ NIGHTGUARD_STATE: folder, NIGHTGUARD_CONFIG: file });
  expect(lines.find(({ check }) => check === 'policy')).toMatchObject({ state, words: expect.stringContaining(words) });
});

test('seeds that others can read have to be mended', async () => {
  const state = await temporaryFolder();
  const file = seedsFile(state);
  await mkdir(dirname(file));
  await writeSeeds(file, [{ operator: 1001, name: 'Ada', addedAt: 0, seed: randomBytes(20) }]);
  const look = async () => (await examine({ NIGHTGUARD_STATE: state }, 'agent')).find(({ check }) => check === 'seeds');
  expect(await look()).toMatchObject({ state: 'ok', words: 'of Ada' });
  await chmod(file, 0o644);
  expect(await look()).toMatchObject({ state: 'mend', words: expect.stringContaining(file) });
});

test('a policy file that is not in order has to be mended', async () => {
  const folder = await temporaryFolder();
  const file = join(folder, 'nightguard.yaml');
  await writeFile(file, `node: { name: alpha, policyFile: ${folder}/policy.yaml }`, { mode: 0o600 });
  const lines = await examine({ NIGHTGUARD_STATE: folder, NIGHTGUARD_CONFIG: file });
  expect(lines.find(({ check }) => check === 'policy')).toMatchObject({ state: 'mend' });
});

test.skipIf(whyWithoutRestic() !== undefined)(
  'what backups need is looked at: the password, what is read, and where it goes',
  async () => {
    const folder = await temporaryFolder();
    const file = join(folder, 'nightguard.yaml');
    const passwordFile = join(folder, 'password');
    const configure = async (path: string) => {
      const backup = {
        ...{ passwordFile, sets: { shop: { paths: [path] } } },
        destinations: { disk: { kind: 'path', path: join(folder, 'repository') } },
      };
      await writeFile(file, JSON.stringify({ node: { name: 'alpha', backup } }), { mode: 0o600 });
    };
    const look = async () => {
      const lines = await examine({ NIGHTGUARD_STATE: folder, NIGHTGUARD_CONFIG: file });
      return lines.find(({ check }) => check === 'backup');
    };
    await mkdir(join(folder, 'shop'));
    await configure(join(folder, 'shop'));
    expect(await look()).toMatchObject({ state: 'mend', words: expect.stringContaining(`chmod 600 ${passwordFile}`) });
    await writeFile(passwordFile, 'hush', { mode: 0o600 });
    expect(await look()).toMatchObject({
      state: 'ok',
      words: expect.stringMatching(/^restic 0\.\d+.*, can read and restore shop$/),
    });
    await configure(join(folder, 'gone'));
    expect(await look()).toMatchObject({ state: 'warn', words: expect.stringContaining('gone of shop is not there.') });
  },
);

describe.skipIf(without !== undefined)(`with a real Redis${without ? ` (${without})` : ''}`, () => {
  const patient = async (redis: Parameters<typeof launchFleet>[0] = {}) => {
    const fleet = await launchFleet(redis);
    onTestFinished(() => fleet.close());
    const env = { REDIS_URL: fleet.redis.url, TELEGRAM_API_ROOT: fleet.sandbox.url };
    const agent = { ...env, NIGHTGUARD_STATE: join(fleet.folder, 'alpha') };
    const hub = {
      ...env,
      NIGHTGUARD_STATE: join(fleet.folder, 'hub'),
      TELEGRAM_BOT_TOKEN: TOKEN,
      HUB_URL: fleet.door.url,
    };
    return { fleet, agent, hub: { ...hub, TELEGRAM_WEBHOOK_SECRET: fleet.webhookSecret } };
  };
  const look = async (env: NodeJS.ProcessEnv, check: string) =>
    (await examine(env)).find((line) => line.check === check);

  test('hub and agent that are in order are told so', async () => {
    const { fleet, agent, hub } = await patient();
    await fleet.hub();
    expect((await examine(agent)).filter(({ state }) => state !== 'ok')).toEqual([]);
    expect((await examine(hub)).filter(({ state }) => state !== 'ok').map(({ check }) => check)).toEqual([]);
    expect(await look(agent, 'ledger')).toMatchObject({
      words: expect.stringMatching(/append-only file on, noeviction$/),
    });
    expect(await look(agent, 'clock')).toMatchObject({
      words: expect.stringMatching(/ms (behind|ahead of) the ledger's$/),
    });
    expect(await look(agent, 'hub')).toMatchObject({ words: expect.stringMatching(/, release \d/) });
    expect(await look(hub, 'telegram')).toMatchObject({
      words: expect.stringMatching(/^@nightguard_sandbox_bot at .*, 0 waiting$/),
    });
  });

  test('a Redis that forgets, or drops keys, or is away, has to be mended', async () => {
    const { fleet, agent } = await patient({ redis: { aof: false } });
    expect(await look(agent, 'ledger')).toMatchObject({
      state: 'mend',
      words: expect.stringContaining('CONFIG SET appendonly yes'),
    });
    await fleet.redis.ask('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
    expect(await look(agent, 'ledger')).toMatchObject({
      state: 'mend',
      words: expect.stringContaining('maxmemory-policy noeviction'),
    });
    await fleet.redis.kill();
    expect(await look(agent, 'ledger')).toMatchObject({
      state: 'mend',
      words: expect.stringContaining('cannot be reached'),
    });
  });

  test('a user that may not look is told what to look at', async () => {
    const acl = ['user default on nopass ~* +@all', 'user alpha on >hush-hush ~* +ping'];
    const { fleet, agent } = await patient({ redis: { acl } });
    const env = { ...agent, REDIS_URL: fleet.redis.url.replace('//', '//alpha:hush-hush@') };
    expect(await look(env, 'ledger')).toMatchObject({
      state: 'warn',
      words: expect.stringContaining('appendonly yes'),
    });
    expect(await look(env, 'clock')).toMatchObject({ state: 'warn' });
    expect(JSON.stringify(await examine(env))).not.toContain('hush-hush');
  });

  test('a hub that does not answer, a stranger at its webhook and a file for all eyes are seen', async () => {
    const { fleet, agent, hub } = await patient();
    expect(await look(agent, 'hub')).toMatchObject({ state: 'mend', words: expect.stringContaining('hub.url') });
    expect(await look(hub, 'telegram')).toMatchObject({
      state: 'warn',
      words: expect.stringContaining('no webhook yet'),
    });
    await fetch(`${fleet.sandbox.url}/bot${TOKEN}/setWebhook?url=http://localhost:1/x`);
    expect(await look(hub, 'telegram')).toMatchObject({
      state: 'warn',
      words: expect.stringContaining('has a webhook at localhost:1'),
    });
    await chmod(join(fleet.folder, 'alpha', 'nightguard.yaml'), 0o644);
    expect(await look(agent, 'config')).toMatchObject({ state: 'mend', words: expect.stringContaining('chmod go=') });
  });
});
