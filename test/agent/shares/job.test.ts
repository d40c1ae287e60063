import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import vaultShare from '#handlers/vault_share.ts';
import { createExecutor } from '#src/agent/executor.ts';
import { createJournal } from '#src/agent/journal.ts';
import { createLanes } from '#src/agent/lanes.ts';
import { Rules } from '#src/agent/policy/rule.ts';
import { createPolicy } from '#src/agent/policy.ts';
import { createCatalog } from '#src/catalog.ts';
import { waitUntil } from '#src/kit/waitUntil.ts';
import { createLog } from '#src/log.ts';
import type { Input } from '#src/operation/args.ts';
import { readShareFacts } from '#src/operation/vaultShare.ts';
import type { WorkOrder } from '#src/wire/order.ts';
import { temporaryFolder } from '../../adapters/temporary.ts';
import { sealedVault } from '../../adapters/vault/sealed.ts';
import { filesIn } from '../../fault/canaries/places.ts';
import { whyWithout } from '../../fixtures/redis.ts';
import { formsFound } from '../../fixtures/shareForms.ts';

const why = whyWithout('openssl');
const [ADA, BEN] = [11, 22];

/** The agent of a node that keeps one of the five shares, with a journal on disk and a log that is kept. */
async function agentWith(vault: Awaited<ReturnType<typeof sealedVault>>, share: number | Buffer) {
  const { tools } = await vault.node(share);
  const folder = await temporaryFolder();
  const logged: string[] = [];
  const log = createLog({ level: 'trace', secrets: [], to: { write: (line: string) => void logged.push(line) } });
  const now = () => Date.now();
  const journal = createJournal({ file: join(folder, 'journal.db'), now });
  onTestFinished(() => journal.close());
  const rules = Rules.parse([{ operations: ['vault_share'], targets: ['main'], operators: [ADA, BEN] }]);
  const policy = createPolicy({ node: 'alpha', environment: 'prod', rules });
  const executor = createExecutor({
    ...{ node: 'alpha', journal, lanes: createLanes(), tools, now, log, policy },
    catalog: createCatalog([{ file: 'vault_share.ts', operation: vaultShare }]),
  });
  const said = (job: string, kind: 'planned' | 'verdict') =>
    journal
      .unsent(0, 1_000)
      .flatMap(({ saying }) => ('job' in saying && saying.job === job && saying.kind === kind ? [saying] : []))[0];
  const send = async (job: string, kind: WorkOrder['kind'], input: Input, more: object = {}) => {
    const body = { kind, v: 1, operation: 'vault_share', version: 1, input, operator: ADA, ...more } as WorkOrder;
    await executor.take({ jti: job, issuedAt: now(), expiresAt: now() + 60_000, body } as Parameters<
      typeof executor.take
    >[0]);
    return await waitUntil(() => said(job, kind === 'plan' ? 'planned' : 'verdict') ?? said(job, 'verdict'), {
      ...{ withinMs: 10_000, everyMs: 5, what: `the end of ${job}` },
    });
  };
  const places = async (): Promise<[string, Buffer][]> => [
    ['log', Buffer.from(logged.join(''))],
    ['events', Buffer.from(JSON.stringify(journal.unsent(0, 1_000)))],
    ['arguments', Buffer.from(process.argv.join(' '))],
    ...(await filesIn('state', folder, () => false)),
  ];
  return { send, places };
}

test.skipIf(why !== undefined)(
  `orders open a Vault, and no share stands in log, journal, event or argument ${why ?? ''}`,
  async () => {
    const vault = await sealedVault('vault');
    const wrong = vault.share(3);
    wrong[0] = (wrong[0] ?? 0) ^ 1;
    const shares = [vault.share(0), vault.share(1), vault.share(2), wrong];
    const agents = await Promise.all([
      agentWith(vault, 0),
      agentWith(vault, 1),
      agentWith(vault, 2),
      agentWith(vault, wrong),
    ]);
    const [a, b, c, d] = agents as [Agent, Agent, Agent, Agent];
    // A wrong one first, so that what Vault says then is looked at too.
    const input = { vault: 'main' };
    const ends: End[] = [];
    const give = async (agent: Agent, job: string, more: Input = {}) => {
      const planned = await agent.send(`plan of ${job}`, 'plan', input);
      if (planned.kind !== 'planned') throw new Error(planned.reply.title);
      const { digest: plan } = planned.plan;
      const approvals = [{ operator: BEN, plan, at: Date.now() }];
      ends.push(await agent.send(job, 'run', { ...input, ...more }, { plan, approvals }));
    };
    for (const agent of [d, a, b]) await give(agent, 'first');
    expect(ends.map(outcomeOf)).toEqual(['done counted', 'done counted', 'failed wiped']);
    // The yes of before holds for each attempt.
    for (const agent of [a, b, c]) await give(agent, 'second', { attempt: lastAttempt(ends) ?? '' });
    expect(ends.slice(3).map(outcomeOf)).toEqual(['done counted', 'done counted', 'done opened']);
    expect((await vault.status()).sealed).toBe(false);

    const places = (await Promise.all(agents.map((agent) => agent.places()))).flat();
    expect(places.map(([place]) => place)).toEqual(expect.arrayContaining(['log', 'events', 'state/journal.db']));
    expect(shares.flatMap((share) => formsFound(share, places))).toEqual([]);
    const sent = Buffer.from(JSON.stringify(vault.server.requests));
    expect(shares.every((share) => formsFound(share, [['the double', sent]]).length === 1)).toBe(true);
  },
);

type Agent = Awaited<ReturnType<typeof agentWith>>;
type End = Awaited<ReturnType<Agent['send']>>;

function outcomeOf(end: End): string {
  return end.kind === 'verdict' ? `${end.verdict} ${readShareFacts(end.reply.facts)?.outcome}` : end.kind;
}

function lastAttempt(ends: End[]): string | undefined {
  const end = ends.at(-1);
  return end?.kind === 'verdict' ? readShareFacts(end.reply.facts)?.seal?.attempt : undefined;
}
