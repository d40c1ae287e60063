import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import seal from '#handlers/seal.ts';
import { createSeals } from '#src/adapters/vault/seals.ts';
import { VaultSpec } from '#src/adapters/vault/spec.ts';
import { createVaults } from '#src/adapters/vault/vaults.ts';
import { Problem } from '#src/kit/problem.ts';
import type { Secret } from '#src/kit/secret.ts';
import type { Seals } from '#src/operation/seals.ts';
import { temporaryFolder } from '../adapters/temporary.ts';
import { doubled } from '../adapters/vault/doubled.ts';
import type { Product } from '../vault/seal.ts';
import { emptyStorage, startVault } from '../vault/server.ts';
import { beforeOf, runWith, toolsWith, workOf } from './tools.ts';

const signal = AbortSignal.timeout(120_000);
const input = { vault: 'main' };

/** An open Vault, and a node whose token may seal it or, as a `reader`, may not. With `follower` a second server of its cluster is open too. */
async function openVault({ product = 'vault' as Product, may = true, follower = false } = {}) {
  const storage = emptyStorage();
  const subject = await doubled(product, { storage });
  onTestFinished(() => subject.close());
  const second = await startVault({ product, storage, isStandby: () => leads() });
  onTestFinished(() => second.close());
  let sealed = false;
  const leads = () => !sealed;
  for (const share of subject.shares.slice(0, 3)) {
    await subject.client.unseal(Buffer.from(share), signal);
    const body = JSON.stringify({ key: share.toString('hex') });
    if (follower) await fetch(`${second.url}/v1/sys/unseal`, { method: 'PUT', body });
  }
  const tokenOf = async (root: Secret) =>
    (await subject.client.createToken(root, { policies: ['reader'], ttl: '1h' }, signal)).token;
  const tokenFile = join(await temporaryFolder(), 'token');
  await writeFile(tokenFile, may ? subject.root.reveal() : await tokenOf(subject.root), { mode: 0o600 });
  const peers = follower ? [second.url] : [];
  const specs = { main: VaultSpec.parse({ url: subject.server.url, peers, tokenFile, dependants: ['web'] }) };
  const seals = createSeals(specs, { held: async () => [], open: async () => Buffer.alloc(0) });
  const watched: Seals = {
    ...seals,
    close: async (...asked) => {
      await seals.close(...asked);
      sealed = true;
    },
  };
  const tools = toolsWith({ vaults: createVaults(specs), seals: watched });
  const run = async (given = tools) => {
    const { result, steps } = await runWith(seal, input, given, await beforeOf(seal, input, given));
    return { reply: seal.report({ node: 'alpha', params: seal.parse(input), result, tookMs: 1 }), steps };
  };
  const host = new URL(subject.server.url).host;
  return { ...subject, tools, run, host, second: new URL(second.url).host };
}

describe.each<Product>(['vault', 'openbao'])('/seal on %s', (product) => {
  test('shows what it takes to open it again, and seals it', async () => {
    const { tools, run, client, host } = await openVault({ product });
    const plan = await seal.plan(workOf(seal, input, tools));
    expect(plan.facts.map(({ label, value }) => `${label}: ${value}`)).toEqual([
      `Seals: main at ${host}`,
      'With: the token of this node (root)',
      'Needed by: web',
      'Opened again by: 3 shares of 5',
    ]);
    const before = await beforeOf(seal, input, tools);
    expect(await seal.verify({ ...workOf(seal, input, tools), before })).toMatchObject({
      verdict: 'verified not applied',
    });
    expect(await run()).toMatchObject({ reply: { tone: 'ok', title: 'main is sealed' }, steps: ['seal', 'check'] });
    expect((await client.sealStatus(signal)).sealed).toBe(true);
    expect(await seal.verify({ ...workOf(seal, input, tools), before })).toMatchObject({ verdict: 'verified applied' });
  });

  test('says what a token lacks that may not', async () => {
    const { run, client } = await openVault({ product, may: false });
    await expect(run()).rejects.toThrow(
      'The token of this node may not seal main. Give it a policy with "update" and "sudo"',
    );
    expect((await client.sealStatus(signal)).sealed).toBe(false);
  });
});

test('one that is sealed stays so, and the next one that leads is offered', async () => {
  const { run, second } = await openVault({ follower: true });
  expect((await run()).reply).toMatchObject({
    ...{ tone: 'warn', title: `main is sealed on 1 of 2 servers; open still: ${second}` },
    buttons: [{ label: 'Seal the next', operation: 'seal', input }, { operation: 'vault' }],
  });
  expect((await run()).reply).toMatchObject({ tone: 'ok', title: 'main is sealed' });
  const { reply, steps } = await run();
  expect(steps).toEqual(['check']);
  expect(reply).toMatchObject({ tone: 'ok', title: 'main was sealed already' });
});

test('an answer that was lost is looked for in the seal', async () => {
  const { run, tools } = await openVault();
  const away = new Problem('vault-away', 'Vault main does not answer: closed.');
  const lost = (first: boolean) => ({
    ...tools,
    seals: {
      ...tools.seals,
      close: async (...asked: Parameters<Seals['close']>) => {
        if (first) await tools.seals.close(...asked);
        throw away;
      },
    },
  });
  await expect(run(lost(false))).rejects.toThrow(away);
  expect((await run(lost(true))).reply.title).toBe('main is sealed');
});

test('without a token there is no plan', async () => {
  const { tools, server } = await openVault();
  const specs = { main: VaultSpec.parse({ url: server.url }) };
  const bare = { ...tools, vaults: createVaults(specs) };
  await expect(seal.plan(workOf(seal, input, bare))).rejects.toThrow('Name its file under tokenFile there.');
  await expect(seal.plan(workOf(seal, { vault: 'mian' }, tools))).rejects.toThrow('Did you mean main?');
});
