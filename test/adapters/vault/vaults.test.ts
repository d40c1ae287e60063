import { expect, onTestFinished, test } from 'vitest';
import { VaultSpec } from '#src/adapters/vault/spec.ts';
import { createVaults } from '#src/adapters/vault/vaults.ts';
import { watchVaults } from '#src/agent/watch/vaults.ts';
import { doubled } from './doubled.ts';

const { signal } = new AbortController();

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
  const watch = watchVaults(vaults);
  expect(await watch.look(signal)).toMatchObject([
    {
      fingerprint: 'vault main',
      trouble: {
        title: 'main is sealed on 1 of 2 servers',
        facts: [{}, {}, { label: 'Needed by', value: 'web, db' }],
        buttons: [{ operation: 'vault' }],
      },
    },
  ]);
  for (const share of subject.shares.slice(1, 3)) await subject.client.unseal(Buffer.from(share), signal);
  expect((await look())?.servers[0]).toMatchObject({ state: 'active', version: '2.3.1' });
  const alone = createVaults({ main: { ...spec, peers: [] } });
  expect(await watchVaults(alone).look(signal)).toEqual([
    { fingerprint: 'vault main', well: 'main is open', trouble: undefined },
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
