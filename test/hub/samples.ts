import type { Node } from '#src/hub/nodes/fleet.ts';
import type { View } from '#src/hub/render/view.ts';
import type { Job } from '#src/ledger/records.ts';
import type { Reply, ReplyInput } from '#src/operation/reply.ts';
import { Reply as ReplySchema } from '#src/operation/reply.ts';
import { jobId } from '#src/wire/ids.ts';
import { sampleJob, T0 } from '../ledger/samples.ts';
import { CARDS } from '../operation/samples.ts';

/** A node that is there, with `web` and `db` on it, and an agent that knows every sample operation. */
export function sampleNode(node: Partial<Node> = {}): Node {
  return {
    name: 'alpha',
    key: `ng1.${'A'.repeat(43)}.${'B'.repeat(43)}`,
    environment: 'stage',
    labels: {},
    ...{ drained: false, enrolled: false },
    targets: ['web', 'db'],
    inventory: {},
    operations: Object.fromEntries([...CARDS.values()].map(({ name, version }) => [name, version])),
    policy: undefined,
    release: '0.1.0',
    approver: false,
    shares: [],
    heardAt: T0 - 60_000,
    awayMs: undefined,
    ...node,
  };
}

/** A node on the list that has never sent a beacon. */
export function unheardNode(name: string): Node {
  return sampleNode({
    name,
    environment: 'prod',
    targets: [],
    operations: {},
    release: undefined,
    heardAt: undefined,
    awayMs: Number.POSITIVE_INFINITY,
  });
}

/** Who is on the list: the samples' Ada, and others. */
export const OPERATORS = [
  { id: 7, name: 'Ada', role: 'admin' as const },
  { id: 8, name: 'Ben', role: 'operator' as const },
  { id: 9, name: 'Cleo', role: 'viewer' as const },
];

/** What the screens are drawn with: the sample operations, and a minute after the samples' moment. */
export function sampleView(view: Partial<View> = {}): View {
  return { now: T0 + 60_000, zone: 'UTC', cards: CARDS, operators: OPERATORS, ...view };
}

export function sampleReply(reply: Partial<ReplyInput> = {}): Reply {
  return ReplySchema.parse({ tone: 'ok', title: 'web restarted and healthy', ...reply });
}

/** A restart of web with a real id. */
export function webJob(job: Partial<Job> = {}): Job {
  return sampleJob({ id: jobId('sample', job.node ?? 'alpha'), input: { target: 'web' }, ...job });
}

/** The same, ended with a reply. */
export function endedJob(reply: Partial<ReplyInput> = {}, job: Partial<Job> = {}): Job {
  return webJob({
    state: 'ended',
    verdict: 'done',
    reply: sampleReply(reply),
    acceptedAt: T0 + 1_000,
    endedAt: T0 + 5_000,
    tookMs: 4_000,
    ...job,
  });
}
