import { chmod, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { VaultSpec } from '#src/adapters/vault/spec.ts';
import { createVaults } from '#src/adapters/vault/vaults.ts';
import { watchVaults } from '#src/agent/watch/vaults.ts';
import { Secret } from '#src/kit/secret.ts';
import { toolsWith, workload } from '../../handlers/tools.ts';
import { temporaryFolder } from '../temporary.ts';
import { doubled } from './doubled.ts';

const { signal } = new AbortController();
const EXCUSES: Record<string, 'stopped'> = { db: 'stopped' };
/** Two that need Vault and have failed, one of which a person stopped; and one that does not need it. */
const { workloads } = toolsWith({
  workloads: {
    list: async () =>
      ['web', 'db', 'other'].map((name) => workload({ name, state: name === 'db' ? 'stopped' : 'failed' })),
  },
});

test('each server is told by its own state, from sealed to open, and one that is away with the reason', async () => {
  const subject = await doubled('openbao');
  onTestFinished(() => subject.close());
  const spec = VaultSpec.parse({ url: subject.server.url, peers: ['http://127.0.0.1:1'], dependants: ['web', 'db'] });
  const vaults = createVaults({ main: spec });
  const look = async () => (await vaults.look(signal))[0];
  await subject.client.unseal(Buffer.from(subject.shares[0] ?? ''), signal);
  expect(await look()).toMatchObject({
    name: 'main',
    dependants: ['web', 'db'],
    servers: [
      {
        state: 'sealed',
        unsealing: { threshold: 3, shares: 5, progress: 1, nonce: expect.stringMatching(/^[\w-]{36}$/) },
      },
      { host: '127.0.0.1:1', state: 'away', because: expect.stringContaining('connection refused') },
    ],
  });
  const watch = watchVaults({ vaults, workloads }, () => undefined);
  expect(await watch.look(signal)).toMatchObject([
    {
      fingerprint: 'vault main',
      certain: true,
      trouble: {
        title: 'main is sealed on 1 of 2 servers',
        facts: [{}, {}, { label: 'Needed by', value: 'web, db' }],
        buttons: [{ operation: 'unseal', input: { vault: 'main' } }, { operation: 'vault' }],
      },
    },
  ]);
  for (const share of subject.shares.slice(1, 3)) await subject.client.unseal(Buffer.from(share), signal);
  expect((await look())?.servers[0]).toMatchObject({ state: 'active', version: '2.3.1' });
  const alone = createVaults({ main: { ...spec, peers: [] } });
  expect(await watchVaults({ vaults: alone, workloads }, (name) => EXCUSES[name]).look(signal)).toEqual([
    {
      ...{ fingerprint: 'vault main', well: 'main is open', trouble: undefined },
      after: [{ label: 'Restart web', operation: 'restart', input: { target: 'web' } }],
    },
  ]);
});

test('an authority that cannot be read is told as the reason', async () => {
  const spec = VaultSpec.parse({ url: 'https://localhost:1', ca: '/nowhere/ca.pem' });
  expect(await createVaults({ main: spec }).look(signal)).toMatchObject([
    { servers: [{ state: 'away', because: '/nowhere/ca.pem cannot be read (ENOENT). Look at its path and mode.' }] },
  ]);
});

test.for([
  ['http://vault.example.org:8200', 'is not encrypted'],
  ['https://vault.example.org/ui', 'is the address of the server alone'],
  ['https://root:hunter2@vault.example.org', 'is the address of the server alone'],
  ['vault.example.org', 'write a full https:// address'],
])('the address %s is refused: %s', ([url = '', words]) => {
  expect(JSON.stringify(VaultSpec.safeParse({ url }).error?.issues)).toContain(words);
});

/** An open Vault with a token file, as a node is configured for it. */
async function withToken(more: object = {}) {
  const subject = await doubled('vault');
  onTestFinished(() => subject.close());
  const folder = await temporaryFolder();
  const [tokenFile, file] = [join(folder, 'token'), join(folder, 'run', 'web.token')];
  for (const share of subject.shares.slice(0, 3)) await subject.client.unseal(Buffer.from(share), signal);
  const { token } = await subject.client.createToken(subject.root, { policies: ['reader'], ttl: '2h' }, signal);
  await writeFile(tokenFile, `${token}\n`, { mode: 0o600 });
  const grants = { web: { policies: ['reader'], ttl: '1h', file }, all: { policies: ['root'], file } };
  const spec = VaultSpec.parse({ url: subject.server.url, tokenFile, grants, ...more });
  return { ...subject, vaults: createVaults({ main: spec }), tokenFile, file };
}

test('the token of a node is looked at and renewed, and told when it ends soon', async () => {
  const { vaults } = await withToken({ tokenWarn: '3h' });
  const token = await vaults.token('main', signal);
  expect(token).toMatchObject({ policies: ['default', 'reader'], renewable: true, warnMs: 10_800_000 });
  expect(token.ttlMs).toBeLessThanOrEqual(7_200_000);
  const before = token.expiresAt ?? 0;
  expect((await vaults.renew('main', signal)).expiresAt).toBeGreaterThanOrEqual(before);
  expect((await watchVaults({ vaults, workloads }, () => undefined).look(signal)).at(1)).toMatchObject({
    fingerprint: 'vault token main',
    trouble: { tone: 'warn', title: 'the token for main ends soon', buttons: [{ operation: 'vault_renew' }] },
  });
});

test('a declared token is made into its file, for its owner alone, and told nowhere', async () => {
  const { vaults, file, client } = await withToken();
  expect(await vaults.grant('main', 'web')).toMatchObject({ writtenAt: undefined, ttlMs: 3_600_000 });
  const made = await vaults.make('main', 'web', signal);
  const token = (await readFile(file, 'utf8')).trim();
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await client.lookup(new Secret(token), signal)).toMatchObject({ policies: ['default', 'reader'] });
  expect(JSON.stringify(made)).not.toContain(token);
  expect(made).toMatchObject({ policies: ['default', 'reader'], ttlMs: 3_600_000, writtenAt: expect.any(Number) });
  await expect(vaults.make('main', 'all', signal)).rejects.toThrow('child policies must be subset of parent');
  await expect(vaults.grant('main', 'db')).rejects.toThrow('no grant "db". Declared under its grants: web, all.');
  expect((await readFile(file, 'utf8')).trim()).toBe(token);
});

test('a secret is told by age and names', async () => {
  const { vaults, put } = await withToken();
  await put('apps/web', { password: 'hunter2' });
  expect(await vaults.secret('main', 'apps/web', signal)).toMatchObject({ version: 1, keys: ['password'] });
  expect(await vaults.secret('main', 'apps/db', signal)).toBeUndefined();
});

test('a token file that others can read, or that is none, is refused with what to do', async () => {
  const { vaults, tokenFile } = await withToken();
  await chmod(tokenFile, 0o644);
  await expect(vaults.token('main', signal)).rejects.toThrow(`Run: chmod 600 ${tokenFile}`);
  await rm(tokenFile);
  await expect(vaults.token('main', signal)).rejects.toThrow('Put the token for main into it.');
  await writeFile(tokenFile, 'two words', { mode: 0o600 });
  await expect(vaults.token('main', signal)).rejects.toThrow('holds more than a token');
  await expect(vaults.token('spare', signal)).rejects.toThrow('There is no Vault "spare" here. Choose main.');
  const bare = createVaults({ main: VaultSpec.parse({ url: 'https://localhost:1' }) });
  await expect(bare.token('main', signal)).rejects.toThrow('Name its file under tokenFile there.');
  expect(await bare.tokens(signal)).toEqual([]);
});
