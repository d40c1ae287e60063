import { expect, test } from 'vitest';
import unsealLocal from '#handlers/unseal_local.ts';
import { judge } from '#src/agent/judge.ts';
import { Rules } from '#src/agent/policy/rule.ts';
import { createPolicy } from '#src/agent/policy.ts';
import { createCatalog } from '#src/catalog.ts';
import { makeKeys } from '#src/wire/keys.ts';
import type { WorkOrder } from '#src/wire/order.ts';
import { sealedVault } from '../adapters/vault/sealed.ts';
import { whyWithout } from '../fixtures/redis.ts';
import { beforeOf, runWith, workOf } from './tools.ts';

const why = whyWithout('openssl');
const input = { vault: 'main' };

/** A node in mode local that keeps these shares of a sealed Vault. */
async function setUp(numbers: number[], more: object = { mode: 'local' }) {
  const vault = await sealedVault('vault', more);
  const { store, tools } = await vault.node(undefined);
  const add = (bytes: Buffer) => store.add({ vault: 'main', label: undefined, bytes, at: 0, several: true });
  for (const number of numbers) await add(vault.share(number));
  const run = async (given: object = {}) => {
    const { result, notes, steps } = await runWith(unsealLocal, { ...input, ...given }, tools);
    const params = unsealLocal.parse(input);
    return { title: unsealLocal.report({ node: 'a', params, result, tookMs: 1 }).title, notes, steps };
  };
  return { ...vault, tools, run, add };
}

test.skipIf(why !== undefined)(`a node opens it alone, with no more shares than it takes ${why ?? ''}`, async () => {
  const { run, tools, status, server } = await setUp([0, 1, 2, 3]);
  const { facts } = await unsealLocal.plan(workOf(unsealLocal, input, tools));
  expect(facts.map(({ value }) => value)).toContain('up to 4 shares, until it is open');
  const before = await beforeOf(unsealLocal, input, tools);
  const verify = () => unsealLocal.verify({ ...workOf(unsealLocal, input, tools), before });
  expect(await verify()).toMatchObject({ verdict: 'verified not applied' });
  expect(await run()).toMatchObject({ title: 'main is open, with 3 shares of this node', steps: ['look', 'give'] });
  expect((await status()).sealed).toBe(false);
  expect(server.requests.filter(({ path }) => path === 'sys/unseal')).toHaveLength(3);
  expect(await verify()).toMatchObject({ verdict: 'verified applied' });
  expect((await run()).title).toBe('main was open already');
});

test.skipIf(why !== undefined)(
  `what somebody else gave is thrown away only when that is asked for ${why ?? ''}`,
  async () => {
    const { run, client, share } = await setUp([0, 1, 2]);
    await client.unseal(share(4), AbortSignal.timeout(5_000));
    await expect(run()).rejects.toThrow('Another attempt is under way at main');
    expect(await run({ reset: true })).toMatchObject({ steps: ['look', 'reset', 'give'] });
  },
);

test.skipIf(why !== undefined)(
  `too few shares, a wrong one and another mode are told, each with what to do ${why ?? ''}`,
  async () => {
    const few = await setUp([0, 1]);
    await expect(few.run()).rejects.toThrow('This node keeps 2 shares of main, and 3 are needed.');
    expect((await few.status()).progress).toBe(0);
    const wrong = few.share(2);
    wrong[1] = (wrong[1] ?? 0) ^ 1;
    await few.add(wrong);
    await expect(few.run()).rejects.toThrow('One of the shares that this node keeps of main is wrong.');
    const other = await setUp([0], {});
    await expect(unsealLocal.plan(workOf(unsealLocal, input, other.tools))).rejects.toThrow(
      'node.vaults.main.mode: local',
    );
  },
);

test('a node takes it with a code alone, whatever its rule says', async () => {
  const catalog = createCatalog([{ file: 'unseal_local.ts', operation: unsealLocal }]);
  const rules = Rules.parse([{ operations: ['*'], require: { selfApproval: true } }]);
  const approver = { name: 'vault', key: (await makeKeys()).public };
  const ruling = (stepups: number[], more: object = { approver }) => {
    const policy = createPolicy({ node: 'alpha', environment: 'dev', rules, ...more });
    const plan = 'f'.repeat(64);
    const order: WorkOrder = {
      ...{ kind: 'run', v: 1, operation: 'unseal_local', version: 1, input, operator: 11, plan },
      approvals: [{ operator: 11, plan, at: 0 }],
    };
    const asked = { job: 'j', order, issuedAt: 0, expiresAt: 60_000, stepups };
    const ruled = judge(asked, { node: 'alpha', catalog, policy, admitted: () => 0, now: 1 });
    return 'saying' in ruled ? JSON.stringify(ruled.saying) : ruled.asks?.proof;
  };
  expect(ruling([])).toContain('asks for a proof by step-up');
  expect(ruling([11])).toBe('stepup');
  expect(ruling([11], {})).toContain('no approver is named there');
});
