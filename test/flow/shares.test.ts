import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { startFleet } from './fleet.ts';
import { ADA } from './house.ts';

const VAULTS = { main: { url: 'https://192.0.2.7:8200', ca: '/etc/vault.pem' } };

test('the hub knows which node keeps a share, by label and fingerprint, and nobody types what gives it', async () => {
  const bytes = randomBytes(33);
  const fleet = await startFleet({
    alpha: { vaults: VAULTS, shares: [{ vault: 'main', label: 'safe in Bern', bytes }] },
    beta: { vaults: VAULTS },
  });
  const ada = fleet.chat(ADA);
  expect((await ada.ask('/node alpha')).text).toMatch(/^Share of main safe in Bern [0-9a-f]{8}$/m);
  expect((await ada.ask('/node beta')).text).not.toContain('Share');
  expect((await ada.ask('/vault_share alpha main')).text).toBe(
    '/vault_share is a part of /unseal, and is not asked for by itself. See /help',
  );
  expect((await ada.ask('/help')).text).not.toContain('vault_share');
  expect((await ada.ask('/help vault_share')).text).not.toContain('Usage');
  const menus = JSON.stringify(await fleet.calls('setMyCommands'));
  expect(menus).toContain('"vault"');
  expect(menus).not.toContain('vault_share');
  expect(await fleet.jobs()).toEqual([]);
});
