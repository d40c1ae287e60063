import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { VaultClient } from '#src/adapters/vault/client.ts';
import { Secret } from '#src/kit/secret.ts';

/** A server with what its owner knows of it; each test begins with it sealed and nothing given. */
export interface Subject {
  client: VaultClient;
  /** All shares, as many as it was made with. */
  shares: Buffer[];
  threshold: number;
  root: Secret;
  /** Writes a secret at `secret/<path>`. */
  put(path: string, data: Record<string, string>): Promise<void>;
  close(): Promise<void>;
}

const signal = AbortSignal.timeout(120_000);

/** What every server of Vault's API does, and how the client tells it. */
export function testVault(open: () => Promise<Subject>): void {
  let subject: Subject;
  const share = (at: number) => Buffer.from(subject.shares[at] ?? '');
  const openIt = async () => {
    for (let at = 0; at < subject.threshold; at += 1) await subject.client.unseal(share(at), signal);
    // A real one leads only some time after it was opened.
    await expect.poll(async () => (await subject.client.health(signal)).status, { timeout: 20_000 }).toBe(200);
  };

  beforeAll(async () => {
    subject = await open();
  });

  afterAll(() => subject?.close());

  beforeEach(async () => {
    const { sealed } = await subject.client.sealStatus(signal);
    if (!sealed) await subject.client.seal(subject.root, signal);
    else await subject.client.reset(signal);
  });

  describe('its seal', () => {
    test('opens with the shares of the threshold, and counts them under one nonce', async () => {
      const { client, threshold } = subject;
      const before = await client.sealStatus(signal);
      expect(before).toMatchObject({ initialized: true, sealed: true, progress: 0, nonce: '', threshold });
      const nonces = new Set<string>();
      for (let at = 0; at < threshold - 1; at += 1) {
        const now = await client.unseal(share(at), signal);
        expect(now).toMatchObject({ sealed: true, progress: at + 1 });
        nonces.add(now.nonce);
      }
      expect(nonces.size).toBe(1);
      expect([...nonces][0]).not.toBe('');
      const done = await client.unseal(share(threshold - 1), signal);
      expect(done).toMatchObject({ sealed: false, progress: 0, nonce: '' });
      expect(done.cluster).toBeDefined();
    });

    test('does not count a share twice', async () => {
      await subject.client.unseal(share(0), signal);
      expect(await subject.client.unseal(share(0), signal)).toMatchObject({ progress: 1 });
    });

    test('notices a wrong share only at the threshold, and forgets all shares then', async () => {
      const { client, threshold } = subject;
      const wrong = share(0);
      wrong[0] = (wrong[0] ?? 0) ^ 1;
      expect(await client.unseal(wrong, signal)).toMatchObject({ progress: 1 });
      for (let at = 1; at < threshold - 1; at += 1) await client.unseal(share(at), signal);
      await expect(client.unseal(share(threshold - 1), signal)).rejects.toMatchObject({
        code: 'vault',
        message: expect.stringMatching(/failed to decrypt keys|failed to compute combined key/),
      });
      expect(await client.sealStatus(signal)).toMatchObject({ sealed: true, progress: 0, nonce: '' });
    });

    test('refuses what cannot be a share, in words', async () => {
      await expect(subject.client.unseal(Buffer.alloc(4, 1), signal)).rejects.toMatchObject({
        message: expect.stringContaining('shorter than minimum 16 bytes'),
      });
      await expect(subject.client.unseal(Buffer.alloc(40, 1), signal)).rejects.toMatchObject({
        message: expect.stringContaining('longer than maximum 33 bytes'),
      });
    });

    test('forgets what was given when it is told to', async () => {
      const first = await subject.client.unseal(share(0), signal);
      expect(await subject.client.reset(signal)).toMatchObject({ progress: 0, nonce: '' });
      const again = await subject.client.unseal(share(1), signal);
      expect(again).toMatchObject({ progress: 1 });
      expect(again.nonce).not.toBe(first.nonce);
    });

    test('that is open takes a share and stays as it is, and cannot be reset', async () => {
      await openIt();
      expect(await subject.client.unseal(share(0), signal)).toMatchObject({ sealed: false });
      await expect(subject.client.reset(signal)).rejects.toMatchObject({
        message: expect.stringContaining('vault is unsealed'),
      });
    });

    test('wipes the share that was handed over, whatever comes of it', async () => {
      const [good, bad] = [share(0), Buffer.alloc(4, 1)];
      await subject.client.unseal(good, signal);
      await expect(subject.client.unseal(bad, signal)).rejects.toThrow();
      expect([...good, ...bad].every((byte) => byte === 0)).toBe(true);
    });

    test('closes for who may close it, and for nobody else', async () => {
      await openIt();
      await expect(subject.client.seal(new Secret('hvs.nobody'), signal)).rejects.toMatchObject({
        message: expect.stringContaining('permission denied'),
      });
      await subject.client.seal(subject.root, signal);
      expect(await subject.client.sealStatus(signal)).toMatchObject({ sealed: true });
    });
  });

  test('its health has the code of its state', async () => {
    expect(await subject.client.health(signal)).toMatchObject({ status: 503, sealed: true, initialized: true });
    await openIt();
    expect(await subject.client.health(signal)).toMatchObject({ status: 200, sealed: false, standby: false });
  });

  describe('a token', () => {
    test('cannot be asked about while it is sealed', async () => {
      await expect(subject.client.lookup(subject.root, signal)).rejects.toMatchObject({ code: 'vault-sealed' });
    });

    test('is made with policies and an end, looked at, and renewed', async () => {
      await openIt();
      const { client, root } = subject;
      const made = await client.createToken(root, { policies: ['reader'], ttl: '1h' }, signal);
      expect(made).toMatchObject({ policies: ['default', 'reader'], ttlS: 3600 });
      const token = new Secret(made.token);
      const found = await client.lookup(token, signal);
      expect(found).toMatchObject({ policies: ['default', 'reader'], renewable: true });
      expect(found.ttlS).toBeGreaterThan(3_500);
      expect(found.expiresAt).toBeGreaterThan(Date.now());
      expect((await client.renew(token, signal)).ttlS).toBe(3600);
    });

    test('without an end says so, and one that nobody made is refused', async () => {
      await openIt();
      expect(await subject.client.lookup(subject.root, signal)).toMatchObject({ ttlS: 0, expiresAt: undefined });
      await expect(subject.client.lookup(new Secret('hvs.nobody'), signal)).rejects.toMatchObject({ code: 'vault' });
    });
  });

  describe('a secret', () => {
    test('is told by versions and names of keys, never by value', async () => {
      await openIt();
      const path = `contract/${process.pid}`;
      await subject.put(path, { password: 'first' });
      await subject.put(path, { password: 'second', user: 'web' });
      const found = await subject.client.secret(subject.root, { mount: 'secret', path }, signal);
      expect(found).toMatchObject({ version: 2, versions: 2, isGone: false, keys: ['password', 'user'] });
      expect(JSON.stringify(found)).not.toMatch(/first|second/);
    });

    test('that is not there is undefined', async () => {
      await openIt();
      const at = { mount: 'secret', path: `nothing/${process.pid}` };
      expect(await subject.client.secret(subject.root, at, signal)).toBeUndefined();
    });
  });
}
