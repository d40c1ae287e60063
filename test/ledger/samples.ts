import type { Campaign } from '#src/ledger/campaign.ts';
import type { Ledger } from '#src/ledger/port.ts';
import type { Alert, AuditEntry, Confirm, Handling, Job, Post } from '#src/ledger/records.ts';
import type { Advance, Ask, Entry, Fold, OrderOut, Press, Told } from '#src/ledger/writes.ts';

/** A moment that all samples count from. */
export const T0 = 1_790_000_000_000;
export const ADA = { id: 7, name: 'Ada' };
/** The nodes on the hub's list. */
export const NODES = ['alpha', 'beta'];

export function samplePost(post: Partial<Post> = {}): Post {
  return {
    id: 'p1',
    chat: -100,
    jobs: [],
    revision: 1,
    told: 0,
    notBefore: 0,
    calmUntil: 0,
    extras: [],
    createdAt: T0,
    ...post,
  };
}

export function sampleJob(job: Partial<Job> = {}): Job {
  return {
    id: 'j1',
    post: 'p1',
    kind: 'run',
    node: 'alpha',
    operation: 'restart',
    input: { target: 'web', force: true },
    operator: ADA,
    state: 'queued',
    steps: [],
    askedAt: T0,
    expiresAt: T0 + 120_000,
    ...job,
  };
}

export function sampleConfirm(confirm: Partial<Confirm> = {}): Confirm {
  return {
    id: 'c1',
    post: 'p1',
    operator: ADA,
    operation: 'restart',
    nodes: ['alpha'],
    environment: 'prod',
    input: { target: 'web' },
    expiresAt: T0 + 120_000,
    state: 'open',
    jobs: [],
    ...confirm,
  };
}

export function sampleCampaign(campaign: Partial<Campaign> = {}): Campaign {
  return {
    ...{ id: 'g1', post: 'p1', confirm: 'c1', kind: 'unseal', operator: ADA, input: { vault: 'main' } },
    ...{ turn: 1, stage: 'running', asked: [], left: [{ node: 'gamma', because: 'away' }] },
    offers: [{ node: 'alpha', input: { vault: 'main' }, plan: 'plan' }],
    createdAt: T0,
    ...campaign,
  };
}

/** The next turn of the sample campaign, which asks alpha. */
export function sampleAdvance(campaign: Partial<Campaign> = {}, job: Partial<Job> = {}): Advance {
  const asked = sampleJob(job);
  return {
    campaign: sampleCampaign({ turn: 2, asked: [{ node: asked.node, job: asked.id }], ...campaign }),
    jobs: [asked],
    orders: [orderFor(asked)],
    dueAt: T0 + 121_000,
    audit: [sampleAudit({ decision: 'ordered' })],
  };
}

export function sampleAlert(alert: Partial<Alert> = {}): Alert {
  return {
    id: 'a1',
    node: 'alpha',
    fingerprint: 'workload web',
    state: 'open',
    reply: { tone: 'bad', title: 'web is down', facts: [], buttons: [] },
    openedAt: T0,
    posts: ['p1'],
    ...alert,
  };
}

export function sampleHandling(handling: Partial<Handling> = {}): Handling {
  return {
    node: 'alpha',
    fingerprint: 'workload web',
    alert: 'a1',
    act: 'acked',
    operator: ADA,
    at: T0 + 1000,
    ...handling,
  };
}

export function sampleAudit(entry: Partial<AuditEntry> = {}): AuditEntry {
  return { at: T0, operator: ADA, chat: -100, decision: 'asked', ...entry };
}

/** An order for a job, with the job's id in its token. */
export function orderFor(job: Job): OrderOut {
  return { node: job.node, job: job.id, token: `order ${job.id}` };
}

/** An intent that becomes one job per node on one post; ids carry the name of the intent. */
export function sampleAsk(name = '1', nodes = ['alpha'], post: Partial<Post> = {}): Ask {
  const id = `p${name}`;
  const jobs = nodes.map((node, i) => sampleJob({ id: `j${name}${i === 0 ? '' : `-${i}`}`, post: id, node }));
  return {
    intent: `intent ${name}`,
    post: samplePost({ id, jobs: jobs.map((job) => job.id), ...post }),
    jobs,
    orders: jobs.map(orderFor),
    audit: [],
  };
}

/** An intent that is a question and nothing more yet. */
export function sampleQuestion(post: Partial<Post> = {}, confirm: Partial<Confirm> = {}): Ask {
  return {
    intent: 'intent 1',
    post: samplePost({ confirm: 'c1', dueAt: T0 + 120_000, ...post }),
    jobs: [],
    orders: [],
    confirm: sampleConfirm(confirm),
    audit: [],
  };
}

/** Ada's yes to the sample question, which starts `restart` on alpha. */
export function samplePress(press: Partial<Press> = {}): Press {
  const job = sampleJob();
  return {
    confirm: 'c1',
    answer: 'yes',
    operator: ADA.id,
    chat: -100,
    message: 55,
    now: T0 + 1000,
    jobs: [job],
    orders: [orderFor(job)],
    calmUntil: T0 + 3000,
    dueAt: T0 + 200_000,
    audit: [sampleAudit({ decision: 'confirmed' })],
    ...press,
  };
}

/** Alpha's first events dropped up to a position, without a word about jobs. */
export function sampleFold(through: string): Fold {
  return { node: 'alpha', from: undefined, to: undefined, through, jobs: [], alerts: [], posts: [], audit: [] };
}

/** A post told by `hub` with the revision that it has. */
export async function tell(ledger: Ledger, told: Partial<Told> & { post: string }): Promise<void> {
  const story = await ledger.lease(told.post, { by: 'hub', now: T0, until: T0 + 10_000 });
  if (!story) throw new Error(`${told.post} could not be leased`);
  await ledger.told({ by: 'hub', revision: story.post.revision, ...told });
}

/** The orders that a node has to read, without waiting. */
export async function ordersOf(ledger: Ledger, node: string, after = '0'): Promise<Entry[]> {
  return await ledger.orders(node, after, 0, new AbortController().signal);
}

export const tokensOf = (entries: readonly Entry[] | undefined) => entries?.map((entry) => entry.token);
