import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createShareStore, sharesFile } from '#src/agent/shares/store.ts';
import { loadKeys } from '#src/wire/keys.ts';
import { sealedVault } from '../adapters/vault/sealed.ts';
import { BEN, launchFleet } from '../fixtures/fleet.ts';
import { whyWithout } from '../fixtures/redis.ts';
import { asked, yes } from './question.ts';

const without = whyWithout('redis-server') ?? whyWithout('openssl');
const NODES = ['alpha', 'beta', 'delta', 'gamma'];

/** Real processes on a Redis: nodes that keep a share each, and a Vault that takes three of them. */
async function startProcesses() {
  const vault = await sealedVault('openbao');
  const fleet = await launchFleet({ nodes: NODES });
  onTestFinished(() => fleet.close());
  for (const [i, name] of NODES.entries()) {
    const state = join(fleet.folder, name);
    const file = join(state, 'nightguard.yaml');
    const config = JSON.parse(await readFile(file, 'utf8'));
    const vaults = { main: { url: vault.server.url, ca: vault.ca } };
    await writeFile(file, JSON.stringify({ ...config, node: { ...config.node, vaults } }), { mode: 0o600 });
    const store = createShareStore(sharesFile(state), await loadKeys(join(state, 'keys', 'node.json')));
    await store.add({ vault: 'main', label: undefined, bytes: vault.share(i), at: 0 });
  }
  const agents = await Promise.all(NODES.map((name) => fleet.agent(name)));
  await fleet.until('the beacons', async () => (await fleet.ledger.beacons(NODES)).length === NODES.length);
  return { vault, fleet, agents };
}

describe.skipIf(without !== undefined)(`with hubs that sleep ${without ?? ''}`, { timeout: 120_000 }, () => {
  test('a Vault is opened although two hubs take each request, one is killed, and so is a node that gives its share', async () => {
    const { vault, fleet, agents } = await startProcesses();
    const [first] = await Promise.all([fleet.hub(), fleet.hub()]);
    fleet.leadToHubs('in turn');
    const [ada, ben] = [fleet.chat(), fleet.chat(BEN)];
    const question = await asked(ada, '/unseal main');
    await ada.press(yes(question));
    const copy = await ben.until(/Still missing: Ben/);
    vault.server.slow(300);
    await ben.press(yes(copy));
    await fleet.until('the order to alpha', async () => (await fleet.runs()).some(({ node }) => node === 'alpha'));
    await first.kill();
    fleet.forget(first);
    await fleet.until('the order to beta', async () => (await fleet.runs()).some(({ node }) => node === 'beta'));
    await agents[1]?.kill();
    vault.server.slow(0);
    await fleet.agent('beta');
    await fleet.until('the end', async () => !(await vault.status()).sealed, 90_000);
    await fleet.until('the last turn', async () => (await fleet.ledger.campaigns(9)).length === 0);
    const runs = await fleet.runs();
    const ending = (await fleet.ledger.story(runs[0]?.post ?? ''))?.campaign?.ending;
    expect(ending).toMatchObject({ tone: 'ok', title: 'main is open' });
    expect(new Set(runs.map(({ node }) => node)).size).toBe(runs.length);
    expect(runs.every(({ state }) => state === 'ended')).toBe(true);
  });
});
