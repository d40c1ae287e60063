import { describe, expect, test } from 'vitest';
import vaultShare from '#handlers/vault_share.ts';
import type { Tools } from '#src/operation/tools.ts';
import { readShareFacts } from '#src/operation/vaultShare.ts';
import { sealedVault } from '../adapters/vault/sealed.ts';
import { whyWithout } from '../fixtures/redis.ts';
import type { Product } from '../vault/seal.ts';

const why = whyWithout('openssl');

describe.skipIf(why !== undefined).each<Product>(['vault', 'openbao'])(
  `a Vault (%s) that was just opened ${why ?? ''}`,
  (product) => {
    test('who opens it waits until it leads, and names the servers that are sealed still', async () => {
      const { node, server, standby } = await sealedVault(product);
      const peer = await standby();
      const last = await node(4, { peers: [peer.url] });
      for (const share of [0, 1]) await (await node(share)).give();
      server.lead(false);
      let looks = 0;
      const { result, steps } = await last.give({}, (tools) => {
        const settled: Tools['vaults']['settled'] = async (...asked) => {
          const waiting = tools.vaults.settled(...asked);
          looks += 1;
          server.lead(true);
          return await waiting;
        };
        return { ...tools, vaults: { ...tools.vaults, settled } };
      });
      expect(looks).toBe(1);
      expect(steps).toEqual(['look', 'give', 'check', 'serve']);
      const { host } = new URL(peer.url);
      expect(result).toMatchObject({ outcome: 'opened', leads: true, sealed: [host] });
      const params = vaultShare.parse({ vault: 'main' });
      const { buttons, facts } = vaultShare.report({ node: 'alpha', params, result, tookMs: 1 });
      expect(buttons).toEqual([
        { label: `Unseal ${host}`, operation: 'unseal', input: { vault: 'main', server: host } },
        expect.objectContaining({ label: 'Look' }),
      ]);
      expect(readShareFacts(facts)?.outcome).toBe('opened');
    });
  },
);
