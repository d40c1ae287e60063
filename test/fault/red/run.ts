import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import { createRandom } from '../../random.ts';
import { alpha, hub, party } from '../../wire/forge.ts';
import { ATTACKS, GUARD } from './attacks.ts';
import { RedHub } from './hub.ts';
import type { RecordedNode } from './node.ts';
import { startRecordedNode } from './node.ts';
import { MAY_BE, mayPass, rulesAt, WORKLOADS } from './policy.ts';

/** What a hub in the hands of somebody else came to. */
export interface RedOutcome {
  /** Kinds of attack, and orders of all of them. */
  kinds: number;
  orders: number;
  /** What it was able to do, and how often: all of it within the policy. */
  can: Record<string, number>;
  wrong: string[];
}

/** Lets a hub with the real keys try everything against a node, at least `orders` orders of one seed. */
export async function attackNode({ orders, seed }: { orders: number; seed: number }): Promise<RedOutcome> {
  const ledger = createSqliteLedger({ file: ':memory:' });
  const rules = rulesAt(Date.now());
  const parties = { hub: party(hub), approver: party(GUARD) };
  const node = await startRecordedNode({ own: alpha, ...parties, rules, workloads: WORKLOADS, ledger });
  const red = new RedHub(createRandom(seed), ledger, node);
  try {
    while (red.sent.length < orders) {
      for (const attack of Object.values(ATTACKS)) await red.send(await attack(red));
      await red.allDone();
      await ledger.trim({ ordersBefore: Date.now() - 1, recordsBefore: 0 });
    }
  } finally {
    await node.stop();
    await ledger.close();
  }
  const passed = [...node.ends].filter(([, ending]) => ending.kind === 'planned' || ending.verdict === 'done');
  // Two orders may have one id: whichever came first counts, and either has to be within the policy.
  const bodies = Map.groupBy(red.sent, ({ jti }) => jti);
  const judged = passed.map(([jti]) => {
    const sent = (bodies.get(jti) ?? []).map(({ body }) => body);
    return { may: sent.map(mayPass).find((words) => words !== undefined), sent };
  });
  const can = new Map<string, number>();
  for (const { may } of judged) if (may !== undefined) count(can, may);
  return {
    ...{ kinds: Object.keys(ATTACKS).length, orders: red.sent.length, can: Object.fromEntries(can) },
    wrong: [
      ...judged.flatMap(({ may, sent }) =>
        may === undefined ? [`passed: ${JSON.stringify(sent).slice(0, 300)}`] : [],
      ),
      ...worldWrongs(node),
    ],
  };
}

/** What the world has seen, beside what the policy's people would have in it. */
function worldWrongs({ effects, ends, accepted, contradicted }: RecordedNode): string[] {
  const seen = new Map<string, number>();
  for (const { act, target } of effects) count(seen, target === undefined ? act : `${act} ${target}`);
  const restarts = effects.filter(({ act }) => act === 'restart').length;
  const told = [...ends.values()].filter((ending) => ending.kind === 'verdict' && ending.verdict === 'done');
  const restarted = told.filter(
    (ending) => ending.kind === 'verdict' && / restarted and /.test(ending.reply.title),
  ).length;
  return [
    ...[...seen]
      .filter(([what, times]) => times > (MAY_BE[what] ?? 0))
      .map(([what, times]) => `${what}: ${times} times`),
    ...(restarts === restarted ? [] : [`${restarts} restarts in the world, ${restarted} told`]),
    ...[...accepted].filter((job) => !ends.has(job)).map((job) => `job ${job} has no verdict`),
    ...contradicted.map((job) => `job ${job} ended twice`),
  ];
}

function count(counts: Map<string, number>, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}
