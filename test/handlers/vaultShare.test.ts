import { writeFile } from 'node:fs/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import vaultShare from '#handlers/vault_share.ts';
import { Problem } from '#src/kit/problem.ts';
import type { Seals } from '#src/operation/seals.ts';
import type { Tools } from '#src/operation/tools.ts';
import type { ShareTold } from '#src/operation/vaultShare.ts';
import { readShareFacts } from '#src/operation/vaultShare.ts';
import { sealedVault } from '../adapters/vault/sealed.ts';
import { whyWithout } from '../fixtures/redis.ts';
import { selfSigned } from '../vault/certificate.ts';
import type { Product } from '../vault/seal.ts';
import { emptyStorage, startVault } from '../vault/server.ts';

const why = whyWithout('openssl');

/** What was told, whether it went well or not, with the words for people. */
async function told(given: Promise<{ result: unknown; steps: string[] }>): Promise<ShareTold & { words: string }> {
  try {
    const { result } = await given;
    const params = vaultShare.parse({ vault: 'main' });
    const reply = vaultShare.report({ node: 'alpha', params, result, tookMs: 1 });
    return { ...(readShareFacts(reply.facts) ?? ({} as ShareTold)), words: reply.title };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { ...(readShareFacts([...error.facts]) ?? ({} as ShareTold)), words: error.message };
  }
}

/** Tools with which something happens in the moment before the share is given. */
const justBefore = (happens: () => unknown) => (tools: Tools) => {
  const give: Seals['give'] = async (...asked) => {
    await happens();
    return await tools.seals.give(...asked);
  };
  return { ...tools, seals: { ...tools.seals, give } };
};

describe.skipIf(why !== undefined).each<Product>(['vault', 'openbao'])(`over TLS with %s ${why ?? ''}`, (product) => {
  test('three nodes open it, one after the other, in one attempt', async () => {
    const { node, server, status } = await sealedVault(product);
    const [a, b, c] = [await node(0), await node(1), await node(4)];
    const first = await told(a.give({ attempt: 'none' }));
    expect(first).toMatchObject({
      outcome: 'counted',
      words: 'main has 1 of 3 shares',
      seal: { progress: 1, shares: 5 },
    });
    const attempt = first.seal?.attempt ?? '';
    expect(attempt).toMatch(/^[0-9a-f]{8}$/);
    expect(await told(b.give({ attempt }))).toMatchObject({ outcome: 'counted', seal: { progress: 2, attempt } });
    expect(await told(c.give({ attempt }))).toMatchObject({
      outcome: 'opened',
      words: 'main is open',
      seal: { sealed: false },
    });
    expect(await told(a.give())).toMatchObject({ outcome: 'already open', words: 'main was open already' });
    expect((await status()).sealed).toBe(false);
    const given = server.requests.filter(({ path }) => path === 'sys/unseal');
    expect(given.map(({ method }) => method)).toEqual(['PUT', 'PUT', 'PUT']);
  });

  test('a share that was given before counts once', async () => {
    const { node } = await sealedVault(product);
    const a = await node(0);
    await a.give();
    expect(await told(a.give())).toMatchObject({
      ...{ outcome: 'duplicate', seal: { progress: 1 } },
      words: 'main has 1 of 3 shares: this one had been given before',
    });
  });

  test('a wrong share, and one of another Vault, are noticed at the threshold, and all are gone', async () => {
    const { node, share } = await sealedVault(product);
    const other = await sealedVault(product);
    const wrong = share(0);
    wrong[5] = (wrong[5] ?? 0) ^ 1;
    for (const bad of [wrong, other.share(3)]) {
      expect(await told((await node(bad)).give())).toMatchObject({ outcome: 'counted', seal: { progress: 1 } });
      await (await node(1)).give();
      const end = await told((await node(2)).give());
      expect(end).toMatchObject({ outcome: 'wiped', seal: { sealed: true, progress: 0, attempt: 'none' } });
      expect(end.words).toContain('this one or one before it. Vault has thrown them all away: begin anew');
    }
  });

  test('Vault is restarted between the look and the share, or between two shares', async () => {
    const { node, server } = await sealedVault(product);
    const first = await told((await node(0)).give());
    expect(
      await told(
        (await node(1)).give(
          {},
          justBefore(() => server.restart()),
        ),
      ),
    ).toMatchObject({
      outcome: 'other attempt',
      seal: { progress: 1 },
      words: expect.stringContaining('or it was restarted'),
    });
    server.restart();
    const attempt = first.seal?.attempt ?? '';
    expect(await told((await node(1)).give({ attempt }))).toMatchObject({ outcome: 'lost', seal: { progress: 0 } });
    expect((await told((await node(1)).give())).outcome).toBe('counted');
  });
});

describe.skipIf(why !== undefined)('a share is not given', () => {
  test('to another attempt than the one that was named', async () => {
    const { node, client, share, server } = await sealedVault('vault');
    await client.unseal(share(4), AbortSignal.timeout(5_000));
    server.requests.length = 0;
    const a = await node(0);
    for (const attempt of ['none', '00000000'])
      expect(await told(a.give({ attempt }))).toMatchObject({
        ...{ outcome: 'other attempt', seal: { progress: 1 } },
        words: expect.stringMatching(/^Another attempt is under way at main \([0-9a-f]{8}\), with 1 of 3 shares/),
      });
    expect(await told(a.give({ attempt: '00000000', reset: true }))).toMatchObject({ outcome: 'other attempt' });
    expect(server.requests.filter(({ path }) => path === 'sys/unseal')).toEqual([]);
  });

  test('to a server whose certificate another authority made', async () => {
    const { node, server } = await sealedVault('vault');
    const { ca } = await sealedVault('vault');
    server.requests.length = 0;
    const a = await node(0, { ca });
    expect(await told(a.give())).toMatchObject({ outcome: 'away', words: expect.stringContaining('certificate') });
    await expect(a.before()).rejects.toMatchObject({ facts: [{ label: 'Share', value: 'away' }] });
    expect(server.requests).toEqual([]);
  });

  test('to a server that no named authority vouches for, or that is not declared', async () => {
    const { node } = await sealedVault('vault');
    const a = await node(0, { ca: undefined });
    await expect(a.plan()).rejects.toThrow('Write its PEM file under node.vaults.main.ca.');
    await expect(a.plan({ server: 'elsewhere:8200' })).rejects.toThrow('There is no server of Vault main');
    await expect(a.plan({ vault: 'spare' })).rejects.toThrow('There is no Vault "spare" here.');
  });

  test('when there is none here, or none any more', async () => {
    const { node, status } = await sealedVault('vault');
    const [none, one] = [await node(undefined), await node(0)];
    await expect(none.plan()).rejects.toThrow('On it: nightguard share add main');
    expect(await told(none.give())).toMatchObject({ outcome: 'no share' });
    const removed = justBefore(() => one.store.remove('main'));
    expect(await told(one.give({}, removed))).toMatchObject({ outcome: 'no share', seal: { progress: 0 } });
    expect((await status()).progress).toBe(0);
  });

  test('to one that was never initialised', async () => {
    const tls = await selfSigned();
    const server = await startVault({ storage: emptyStorage(), tls });
    onTestFinished(() => server.close());
    const { node, ca } = await sealedVault('vault');
    await writeFile(ca, tls.cert);
    expect(await told((await node(0, { url: server.url })).give())).toMatchObject({
      outcome: 'not initialised',
      words: expect.stringContaining('vault operator init'),
    });
  });

  test('to one that opens by itself', async () => {
    const { node } = await sealedVault('vault');
    const byItself = (tools: Tools) => {
      const look: Seals['look'] = async (...asked) => ({ ...(await tools.seals.look(...asked)), kind: 'awskms' });
      return { ...tools, seals: { ...tools.seals, look } };
    };
    expect(await told((await node(0)).give({}, byItself))).toMatchObject({
      outcome: 'opens by itself',
      words: 'main opens by itself (awskms), not with shares. Look at the key that it opens with.',
    });
  });
});

describe.skipIf(why !== undefined)('a Vault that does not answer', () => {
  test('at all is told as away', async () => {
    const { node, server } = await sealedVault('vault');
    server.off(true);
    expect(await told((await node(0)).give())).toMatchObject({
      outcome: 'away',
      words: expect.stringContaining('Nothing was given.'),
    });
  });

  test('when the share is given, and not afterwards, leaves it unknown', async () => {
    const { node, server } = await sealedVault('vault');
    expect(
      await told(
        (await node(0)).give(
          {},
          justBefore(() => server.off(true)),
        ),
      ),
    ).toEqual({
      outcome: 'unknown',
      words: expect.stringContaining('Ask again: given twice it counts once.'),
    });
  });

  test('in time may take the share later; given again it counts once', async () => {
    const { node, server, status } = await sealedVault('vault');
    const a = await node(0, { timeout: 1000 });
    let looks = 0;
    const slowOnce = (tools: Tools) => {
      const look: Seals['look'] = async (...asked) => {
        if (looks++ > 0) server.slow(0);
        return await tools.seals.look(...asked);
      };
      return justBefore(() => server.slow(3000))({ ...tools, seals: { ...tools.seals, look } });
    };
    expect(await told(a.give({}, slowOnce))).toMatchObject({ outcome: 'unknown', seal: { progress: 0 } });
    await expect.poll(async () => (await status()).progress, { timeout: 20_000 }).toBe(1);
    expect(await told(a.give())).toMatchObject({ outcome: 'duplicate' });
  });

  test('but took the share is told as such', async () => {
    const { node, server } = await sealedVault('vault');
    const a = await node(0);
    const cut = (tools: Tools) => {
      const give: Seals['give'] = async (...asked) => {
        await tools.seals.give(...asked);
        throw new Problem('vault-away', 'Vault main does not answer: closed.');
      };
      return { ...tools, seals: { ...tools.seals, give } };
    };
    expect(await told(a.give({}, cut))).toMatchObject({ outcome: 'counted', seal: { progress: 1 } });
    expect(server.requests.filter(({ path }) => path === 'sys/unseal')).toHaveLength(1);
  });
});

describe.skipIf(why !== undefined)('what was given before', () => {
  test('is thrown away when that is asked for, and only then', async () => {
    const { node } = await sealedVault('vault');
    const stale = await told((await node(4)).give());
    const attempt = stale.seal?.attempt ?? '';
    const { steps } = await (await node(0)).give({ reset: true, attempt });
    expect(steps).toEqual(['look', 'reset', 'give', 'check']);
    const next = await told((await node(1)).give());
    expect(next).toMatchObject({ outcome: 'counted', seal: { progress: 2 } });
    expect(next.seal?.attempt).not.toBe(attempt);
    const fresh = await sealedVault('vault');
    expect((await (await fresh.node(0)).give({ reset: true })).steps).toEqual(['look', 'give', 'check']);
  });

  test('stands in the plan, and a yes is bound to the server, the authority and the share', async () => {
    const { node, server, ca } = await sealedVault('vault');
    const a = await node(0);
    const { host } = new URL(server.url);
    const plan = await a.plan({ reset: true });
    expect(plan.facts.map(({ label, value }) => `${label}: ${value}`)).toEqual([
      `To: main at ${host}`,
      `Believed there: ${ca}`,
      expect.stringMatching(/^Gives its share: safe 0 \([0-9a-f]{8}\)$/),
      'Before: throws away what was given to it',
    ]);
    const { binds } = await a.plan();
    await a.give();
    expect((await a.plan()).binds).toEqual(binds);
    expect((await (await node(1)).plan()).binds).not.toEqual(binds);
  });
});

describe.skipIf(why !== undefined)('after a crash', () => {
  test.for([
    { name: 'before it was given', share: undefined, verdict: 'verified not applied' },
    { name: 'after it was given', share: 0, verdict: 'verified applied' },
  ])('$name: $verdict', async ({ share, verdict }) => {
    const { node } = await sealedVault('vault');
    const a = await node(0);
    for (const input of [{}, { reset: true }]) {
      const before = await a.before(input);
      if (share !== undefined) await a.give(input);
      expect((await a.verify(before, input)).verdict).toBe(verdict);
      await (await node(4)).give({ reset: true });
    }
  });

  test('an open Vault, one that lost its progress, and another attempt are told apart', async () => {
    const { node, server } = await sealedVault('vault');
    const [a, b, c] = [await node(0), await node(1), await node(2)];
    await b.give();
    const before = await a.before();
    server.restart();
    expect((await a.verify(before)).because).toContain('What was given to main is gone');
    await c.give();
    expect(await a.verify(before)).toMatchObject({
      verdict: 'verified not applied',
      because: expect.stringContaining('Another attempt is under way at main'),
    });
    await a.give();
    await b.give();
    expect(await a.verify(before)).toEqual({ verdict: 'verified applied', because: 'main is open.' });
  });
});
