import type { Catalog } from '#src/catalog.ts';
import type { HubLedger, OrderOut, Pressed } from '#src/ledger/port.ts';
import type { Confirm, Job, Story } from '#src/ledger/records.ts';
import type { Card } from '#src/operation/define.ts';
import { covers } from '#src/operation/risk.ts';
import { freshJob, ORDER_S, placeOf } from './ask.ts';
import type { HubConfig, Operator } from './config.ts';
import type { Orders } from './orders.ts';
import { refusedHere } from './prod.ts';
import type { Roster } from './roster.ts';
import { drainedText } from './scope.ts';

/** Work that ends within this time goes from question to verdict in one edit; longer work shows how far it is by then, in ms. */
const PATIENCE_MS = 800;

/** A yes or no of one person on one message. */
export interface Answer {
  confirm: string;
  answer: 'yes' | 'no';
  operator: Operator;
  chat: number;
  message: number;
}

/** What the person who pressed is told at once; `alert` makes them dismiss it, `stale` takes the buttons away. */
export interface Spoken {
  stale?: true;
  text: string;
  alert: boolean;
}

/** Takes an answer to a question in one durable write: with a yes it also starts the job, bound to the plan that was shown. */
export function createPress(deps: {
  config: Pick<HubConfig, 'prodOnlyPrivate'>;
  ledger: HubLedger;
  orders: Orders;
  catalog: Catalog;
  roster: Roster;
  now: () => number;
}) {
  const { config, ledger, orders, catalog, roster, now } = deps;

  const startOf = async (
    given: Answer,
    confirm: Confirm,
    { post, jobs }: Story,
    card: Card,
  ): Promise<Start | undefined> => {
    const plan = jobs.find(({ kind }) => kind === 'plan');
    const key = plan && (await roster.members()).get(plan.node)?.key;
    if (given.answer === 'no' || !plan?.plan || key === undefined) return undefined;
    const node = { name: plan.node, key };
    const want = { intent: yesIntent(confirm), operator: given.operator, card, input: confirm.input };
    const job = freshJob(want, 'run', node, confirm.post, now(), ORDER_S);
    const bound = { place: placeOf(post), plan: plan.plan.digest, confirm: confirm.id };
    return { job, order: await orders.run(node, job, card, bound) };
  };

  const drainedOf = async (nodes: readonly string[]): Promise<string | undefined> => {
    const members = await roster.members();
    return nodes.find((node) => members.get(node)?.drained);
  };

  const store = async (given: Answer, confirm: Confirm, start: Start | undefined): Promise<Pressed> => {
    const { operator, ...where } = given;
    const { operation, input, nodes } = confirm;
    const asked = {
      operator: { id: operator.id, name: operator.name },
      chat: given.chat,
      node: nodes.join(' '),
      operation,
      input,
    };
    const decision = given.answer === 'yes' ? 'confirmed' : 'declined';
    return await ledger.press({
      ...{ ...where, operator: operator.id, now: now() },
      jobs: start ? [start.job] : [],
      orders: start ? [start.order] : [],
      dueAt: start ? start.job.expiresAt + 1_000 : undefined,
      calmUntil: start ? now() + PATIENCE_MS : undefined,
      audit: [{ at: now(), ...asked, decision, ...(start ? { job: start.job.id } : {}) }],
    });
  };

  return async (given: Answer): Promise<Spoken> => {
    const story = await ledger.question(given.confirm);
    const confirm = story?.confirm;
    const card = confirm && catalog.get(confirm.operation);
    if (!card) return WORDS.unknown;
    if (!covers(given.operator.role, card.role)) return WORDS['not yours'];
    const refusal = refusedHere(
      config,
      given.chat,
      confirm.nodes.map((name) => ({ ...confirm, name })),
    );
    if (given.answer === 'yes' && refusal !== undefined) return { text: refusal, alert: true };
    const drained = await drainedOf(confirm.nodes);
    if (given.answer === 'yes' && drained !== undefined) return { text: drainedText(drained), alert: true };
    const start = await startOf(given, confirm, story, card);
    if (given.answer === 'yes' && !start && confirm.state === 'open') return WORDS.unknown;
    const pressed = await store(given, confirm, start);
    return pressed === 'taken' && given.answer === 'no' ? CANCELLED : WORDS[pressed];
  };
}

/** The intent that a yes to a question is. */
export function yesIntent({ id }: Pick<Confirm, 'id'>): string {
  return `confirm ${id}`;
}

interface Start {
  job: Job;
  order: OrderOut;
}

const CANCELLED: Spoken = { text: 'Cancelled.', alert: false };

const WORDS: Record<Pressed, Spoken> = {
  taken: { text: 'On it.', alert: false },
  again: { text: 'You have answered this already.', alert: false },
  answered: { text: 'This question was answered before.', alert: true },
  expired: { text: 'This question has expired. Nothing was done. Ask again.', alert: true },
  'not yours': { text: 'Only the person who asked can answer this.', alert: true },
  elsewhere: { text: 'This button is no longer valid.', alert: true, stale: true },
  unknown: { text: 'This button is no longer valid.', alert: true, stale: true },
};
