import { chmod, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createExecutor } from '#src/agent/executor.ts';
import { createJournal } from '#src/agent/journal.ts';
import { createLanes } from '#src/agent/lanes.ts';
import { openPolicyFile } from '#src/agent/policy/file.ts';
import { ownUser } from '#src/agent/policy/guard.ts';
import { Rules } from '#src/agent/policy/rule.ts';
import { createStepUps } from '#src/agent/policy/stepups.ts';
import type { Policy } from '#src/agent/policy.ts';
import { createPolicy } from '#src/agent/policy.ts';
import { createCatalog } from '#src/catalog.ts';
import { waitUntil } from '#src/kit/waitUntil.ts';
import { defineOperation } from '#src/operation/define.ts';
import { workload } from '#src/operation/params.ts';
import { digestPlan } from '#src/operation/plan.ts';
import type { Tools } from '#src/operation/tools.ts';
import type { Keys } from '#src/wire/keys.ts';
import { identity, makeKeys } from '#src/wire/keys.ts';
import { Order } from '#src/wire/order.ts';
import { createProver, PROOF_S } from '#src/wire/proof.ts';
import { open, seal } from '#src/wire/seal.ts';
import { temporaryFolder } from '../adapters/temporary.ts';

const AT = 1_800_000_000_000;
const [ADA, BEN] = [11, 22];
const [hub, alpha, beta, vault, eve] = (await Promise.all(
  ['hub', 'alpha', 'beta', 'vault', 'eve'].map(async (name) => ({ name, keys: await makeKeys() })),
)) as [End, End, End, End, End];
interface End {
  name: string;
  keys: Keys;
}
const party = ({ name, keys }: End) => ({ name, key: keys.public });
const nameOf = ({ name, keys }: End) => identity(name, keys.public);
const INPUT = { target: 'web' };
const PLAN = digestPlan({ operation: 'change', version: 1, input: INPUT, binds: 'now' });

/** The agent of alpha, whose policy asks Ada and Ben for a step-up, and a hub that holds its real key. */
function setUp({ approvers = 0, policy = policyOf(approvers) }: { approvers?: number; policy?: Policy } = {}) {
  const ran: string[] = [];
  const journal = createJournal({ file: ':memory:', now: () => AT });
  const log = pino({ level: 'silent' });
  const operation = defineOperation({
    ...{ name: 'change', version: 1, summary: 'Change it', role: 'operator', risk: 'change', timeout: '5s' },
    needs: [],
    params: z.strictObject({ target: workload() }),
    result: z.object({}),
    steps: { act: { title: 'Act', kind: 'once' } },
    plan: async () => ({ facts: [], binds: 'now' }),
    before: async () => ({}),
    async run({ params, step }) {
      await step('act', async () => void ran.push(params.target));
      return {};
    },
    verify: async () => ({ verdict: 'verified applied', because: 'seen' }),
    report: () => ({ tone: 'ok', title: 'changed' }),
  });
  const executor = createExecutor({
    ...{ node: 'alpha', journal, lanes: createLanes(), tools: {} as unknown as Tools, now: () => AT, log, policy },
    catalog: createCatalog([{ file: 'change.ts', operation }]),
    stepUps: createStepUps({ own: party(alpha), policy, now: () => AT, log }),
  });
  const sealed = seal(hub, party(alpha));
  const opened = open(alpha, party(hub), 'order', Order);
  const send = async (job: string, tokens: string[], more: object = {}) => {
    const proofs = tokens.map((token) => ({ kind: 'stepup', token }));
    const body = {
      kind: 'run',
      v: 1,
      operation: 'change',
      version: 1,
      input: INPUT,
      operator: ADA,
      plan: PLAN,
      proofs,
      ...more,
    };
    await executor.take(await opened(await sealed('order', { jti: job, body, at: AT, lifeS: 60 })));
    return await waitUntil(
      () =>
        journal
          .unsent(0, 1_000)
          .flatMap(({ saying }) => (saying.kind === 'verdict' && saying.job === job ? [saying] : []))[0],
      { withinMs: 5_000, everyMs: 2, what: `the verdict of ${job}` },
    );
  };
  return { ran, send, close: () => journal.close() };
}

function policyOf(approvers: number): Policy {
  const rules = Rules.parse([
    { operations: ['change'], operators: [ADA, BEN], require: { proof: 'stepup', approvers } },
  ]);
  return createPolicy({ node: 'alpha', environment: 'prod', rules, approver: party(vault) });
}

const proof = (by: End, more: { job?: string; plan?: string; operator?: number; for?: End; at?: number } = {}) =>
  createProver(by)(
    { job: more.job ?? 'j1', plan: more.plan ?? PLAN, operator: more.operator ?? ADA },
    nameOf(more.for ?? alpha),
    more.at ?? AT,
  );

test('with the proof that the policy asks for the work is done, once', async () => {
  const world = setUp();
  const token = await proof(vault);
  expect(await world.send('j1', [token])).toMatchObject({ verdict: 'done' });
  await world.send('j1', [token]);
  expect(await world.send('j2', [token])).toMatchObject({ verdict: 'refused' });
  expect(world.ran).toEqual(['web']);
  world.close();
});

test('a hub with its real key and no code gets nothing, whatever it sends along', async () => {
  const world = setUp();
  const past = AT - PROOF_S * 1000;
  const forged = {
    none: [],
    'of the hub': [await proof(hub)],
    'of the hub in the name of the approver': [await proof({ name: 'vault', keys: hub.keys })],
    'of the target itself': [await proof(alpha)],
    'of another node': [await proof(beta)],
    'of a stranger': [await proof({ name: 'vault', keys: eve.keys })],
    'for another job': [await proof(vault, { job: 'j0' })],
    'for another plan': [await proof(vault, { plan: 'f'.repeat(64) })],
    'of another person': [await proof(vault, { operator: BEN })],
    'for another node': [await proof(vault, { for: beta })],
    'for another node of the same name': [await proof(vault, { for: { name: 'alpha', keys: beta.keys } })],
    'from before': [await proof(vault, { at: past })],
    'from the future': [await proof(vault, { at: AT + 60_000 })],
    'cut short': [(await proof(vault)).slice(0, -1)],
    'four of them': [await proof(hub), await proof(alpha), await proof(beta), await proof(vault, { job: 'j0' })],
  };
  let jobs = 0;
  const accepted: string[] = [];
  for (const [name, tokens] of Object.entries(forged)) {
    for (const more of [
      {},
      { approvals: [ADA, BEN].map((operator) => ({ operator, plan: PLAN, at: AT })) },
      { reason: 'trust me' },
    ]) {
      jobs += 1;
      const job = name.startsWith('for another job') || name.startsWith('four') ? `k${jobs}` : 'j1';
      // Each its own life, so that the same job can be tried again.
      const life = setUp();
      if ((await life.send(job, tokens, more)).verdict !== 'refused' || life.ran.length > 0) accepted.push(name);
      life.close();
    }
  }
  expect(accepted).toEqual([]);
  // A true proof does not help somebody else, nor without its plan.
  const token = await proof(vault);
  expect(await world.send('j1', [token], { operator: BEN })).toMatchObject({ verdict: 'refused' });
  const other = setUp();
  expect(await other.send('j1', [token], { plan: undefined })).toMatchObject({ verdict: 'refused' });
  expect([...world.ran, ...other.ran]).toEqual([]);
  world.close();
  other.close();
});

test('where a second person has to say yes, the code of each is needed', async () => {
  const approvals = [{ operator: BEN, plan: PLAN, at: AT }];
  const [adas, bens] = [await proof(vault), await proof(vault, { operator: BEN })];
  for (const [tokens, verdict] of [
    [[adas], 'refused'],
    [[bens], 'refused'],
    [[adas, adas], 'refused'],
    [[adas, bens], 'done'],
  ] as const) {
    const world = setUp({ approvers: 1 });
    expect(await world.send('j1', [...tokens], { approvals })).toMatchObject({ verdict });
    world.close();
  }
});

test.skipIf(ownUser() !== 0)(
  'an approver who is no longer named in the file counts for nothing from that moment (as root)',
  async () => {
    const folder = await temporaryFolder();
    await chmod(folder, 0o755);
    const file = join(folder, 'policy.yaml');
    const name = async ({ keys }: End) => {
      const rule = '{ operations: [change], operators: [11], require: { proof: stepup } }';
      await writeFile(`${file}.new`, `rules: [${rule}]\napprover: { name: vault, key: ${keys.public} }\n`, {
        mode: 0o644,
      });
      await rename(`${file}.new`, file);
    };
    await name(vault);
    const log = pino({ level: 'silent' });
    const policy = openPolicyFile({ file, node: 'alpha', environment: 'prod', uid: 0, onChange: () => {}, log });
    const world = setUp({ policy });
    await name(eve);
    expect(await world.send('j1', [await proof(vault)])).toMatchObject({ verdict: 'refused' });
    const token = await proof({ name: 'vault', keys: eve.keys }, { job: 'j2' });
    expect(await world.send('j2', [token])).toMatchObject({ verdict: 'done' });
    world.close();
  },
);
