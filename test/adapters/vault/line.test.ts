import { expect, onTestFinished, test } from 'vitest';
import type { Line } from '#src/adapters/vault/call.ts';
import { createVaultClient } from '#src/adapters/vault/client.ts';
import { whyWithout } from '../../fixtures/redis.ts';
import { selfSigned } from '../../vault/certificate.ts';
import { emptyStorage, startVault } from '../../vault/server.ts';
import { webServer } from '../webServer.ts';

const signal = AbortSignal.timeout(60_000);
const why = whyWithout('openssl');

function clientOf(url: string, more: Partial<Line> = {}) {
  return createVaultClient({ name: 'main', url, ca: undefined, timeoutMs: 5_000, ...more });
}

async function started(options: Parameters<typeof startVault>[0] = {}) {
  const server = await startVault(options);
  onTestFinished(() => server.close());
  return server;
}

test.skipIf(why !== undefined)(`only the authority that was named is believed ${why ?? ''}`, async () => {
  const tls = await selfSigned();
  const { url } = await started({ tls });
  expect(await clientOf(url, { ca: tls.cert }).sealStatus(signal)).toMatchObject({ initialized: false });
  const stranger = { code: 'vault-away', message: expect.stringContaining('its certificate is self-signed') };
  await expect(clientOf(url).sealStatus(signal)).rejects.toMatchObject(stranger);
  const other = await selfSigned();
  await expect(clientOf(url, { ca: other.cert }).sealStatus(signal)).rejects.toMatchObject({ code: 'vault-away' });
});

test('one that was never initialised says so', async () => {
  const { url } = await started();
  const client = clientOf(url);
  expect(await client.sealStatus(signal)).toMatchObject({ initialized: false, sealed: true, threshold: 0, shares: 0 });
  expect(await client.health(signal)).toMatchObject({ status: 501 });
  await expect(client.unseal(Buffer.alloc(33, 1), signal)).rejects.toMatchObject({
    message: 'Vault main refuses (400): Vault is not initialized.',
  });
});

test('a standby is told by its health, and has a seal of its own', async () => {
  const storage = emptyStorage();
  const [leader, follower] = [await started({ storage }), await started({ storage, isStandby: () => true })];
  const body = JSON.stringify({ secret_shares: 1, secret_threshold: 1 });
  const made = await (await fetch(`${leader.url}/v1/sys/init`, { method: 'PUT', body })).json();
  const key = () => Buffer.from((made as { keys: string[] }).keys[0] ?? '', 'hex');
  expect(await clientOf(leader.url).unseal(key(), signal)).toMatchObject({ sealed: false });
  expect(await clientOf(follower.url).health(signal)).toMatchObject({ status: 503 });
  await clientOf(follower.url).unseal(key(), signal);
  expect(await clientOf(follower.url).health(signal)).toMatchObject({ status: 429, standby: true });
});

test('no answer in time, a closed line, and nobody there are told apart from a refusal', async () => {
  const server = await started();
  server.slow(10_000);
  await expect(clientOf(server.url, { timeoutMs: 50 }).sealStatus(signal)).rejects.toMatchObject({
    code: 'vault-away',
    message: expect.stringContaining('no answer in 50 ms'),
  });
  server.slow(0);
  server.off(true);
  await expect(clientOf(server.url).sealStatus(signal)).rejects.toMatchObject({
    message: expect.stringContaining('closed without an answer'),
  });
  await expect(clientOf('http://127.0.0.1:1').sealStatus(signal)).rejects.toMatchObject({
    message: expect.stringContaining('connection refused'),
  });
});

test.for([
  { name: 'a page', answer: '<html>hello</html>', type: 'text/html' },
  { name: 'JSON of something else', answer: '{"status":"ok"}', type: 'application/json' },
  { name: 'more than anybody reads', answer: `"${'x'.repeat(300_000)}"`, type: 'application/json' },
])('$name is not taken for a Vault', async ({ answer, type }) => {
  const url = await webServer((_, response) => response.setHeader('content-type', type).end(answer));
  await expect(clientOf(url).sealStatus(signal)).rejects.toMatchObject({
    code: expect.stringMatching(/^vault/),
    message: expect.not.stringContaining('hello'),
  });
});

test('no redirect is followed, and a share goes nowhere else', async () => {
  const other = await started();
  const url = await webServer((_, response) =>
    response.writeHead(307, { location: `${other.url}/v1/sys/unseal` }).end(),
  );
  await expect(clientOf(url).unseal(Buffer.alloc(33, 7), signal)).rejects.toMatchObject({ code: 'vault' });
  expect(other.requests).toEqual([]);
});

test('an aborted call ends with its reason', async () => {
  const server = await started();
  server.slow(10_000);
  const stop = new AbortController();
  const asked = clientOf(server.url).sealStatus(stop.signal);
  stop.abort(new Error('enough'));
  await expect(asked).rejects.toThrow('enough');
});
