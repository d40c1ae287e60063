import { Problem } from '#src/kit/problem.ts';
import type { HubLedger } from '#src/ledger/port.ts';
import type { Alert, Job } from '#src/ledger/records.ts';
import { Reply } from '#src/operation/reply.ts';
import type { PublicKey } from '#src/wire/keys.ts';
import type { Operator } from '../config.ts';
import type { LedgerUsers } from './letIn.ts';
import type { NodeRecord, Registry } from './registry.ts';
import type { Roster } from './roster.ts';

/** How many of the newest jobs and open alerts are searched for those of the node. */
const SEARCHED = 1_000;

/** Takes a node out for good; answers with words. Called again it ends what an earlier call left. Throws Problem `unknown-node`. */
export type Retire = (node: string, by: Operator, chat: number) => Promise<string>;

/** Refuses the node's key for ever, removes its ledger user and its streams, and tells the open messages. */
export function createRetire(deps: {
  /** Nodes in the hub's file. */
  listed: Record<string, { key: PublicKey }>;
  registry: Registry;
  roster: Roster;
  ledger: HubLedger;
  /** Absent: this hub makes no users. */
  users?: LedgerUsers | undefined;
  kick: () => void;
  now: () => number;
}): Retire {
  const { listed, registry, roster, ledger, users, kick, now } = deps;

  /** The key in the file, and the one that was enrolled under the same name. */
  const keysOf = async (node: string): Promise<PublicKey[]> => {
    const record = (await registry.read()).nodes.get(node);
    const isOver = record?.state === 'retired' && !listed[node];
    const keys = [listed[node]?.key, record?.enrolled?.key].filter((key) => key !== undefined);
    if (keys.length === 0 || isOver)
      throw new Problem('unknown-node', `There is no node ${node}${isOver ? ' any more' : ''}. See /nodes`);
    return keys;
  };
  const removeUser = async (node: string): Promise<string | undefined> => {
    if (listed[node]) return `Take it out of nodes: in the configuration, and its user out of Redis: both are yours.`;
    const removed = await users?.remove(node);
    if (!removed) return 'Remove its user from Redis: this hub makes and removes none.';
    return removed.made ? undefined : `This hub may not remove its user. Give Redis this command: ${removed.command}`;
  };
  const tellOpen = async (node: string): Promise<void> => {
    const [jobs, alerts] = await Promise.all([
      ledger.jobs({ limit: SEARCHED }),
      ledger.alerts({ open: true, limit: SEARCHED }),
    ]);
    await ledger.fold({
      ...{ node, from: undefined, to: undefined, through: '0', posts: [], audit: [] },
      jobs: jobs.filter((job) => job.node === node && job.state !== 'ended').map((job) => leftBehind(job, now())),
      alerts: alerts.filter((alert) => alert.node === node).map((alert) => over(alert, now())),
    });
  };

  return async (node, { id, name }, chat) => {
    const keys = await keysOf(node);
    const by = { id, name };
    await ledger.audit([{ at: now(), operator: by, chat, node, decision: 'retired' }]);
    // First of all nobody believes it any more; the rest only clears up.
    for (const key of keys) await registry.refuse(key, node, by, now());
    roster.changed();
    const left = await removeUser(node);
    await ledger.clear(node);
    await tellOpen(node);
    await registry.nodes.change(node, (before) => retired(before, node, { by, at: now() }));
    roster.changed();
    kick();
    return [`${node} is retired. Its key is never taken again.`, left].filter((part) => part !== undefined).join(' ');
  };
}

function retired(before: NodeRecord | undefined, name: string, changed: NodeRecord['changed']): NodeRecord {
  return { labels: {}, ...before, name, state: 'retired', changed };
}

/** Nobody will say any more how it ended. */
function leftBehind(job: Job, at: number): Job {
  const isPlan = job.kind === 'plan';
  const title = isPlan
    ? 'retired before it told its plan'
    : 'retired before it said how this ended; look there yourself';
  const reply = Reply.parse({ tone: 'warn', title });
  return { ...job, state: 'ended', verdict: isPlan ? 'refused' : 'needs human', reply, endedAt: at };
}

function over(alert: Alert, at: number): Alert {
  return { ...alert, state: 'resolved', resolvedAt: at, resolution: 'the node was retired' };
}
