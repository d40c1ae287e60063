import type { Confirm, Job, Post, Said } from '#src/ledger/records.ts';
import type { OrderOut } from '#src/ledger/writes.ts';
import type { Roster } from '../nodes/roster.ts';
import type { Orders } from '../orders.ts';
import { freshJob, ORDER_S, placeOf } from './ask.ts';
import type { Question } from './needs.ts';
import { countedOf, reasonOf } from './needs.ts';

/** What the last yes to a question starts. */
export interface Start {
  job: Job;
  order: OrderOut;
}

/** Makes the job of an answered question and its order, bound to the plan that was shown; undefined when the node is not there any more. */
export function createStart({ orders, roster, now }: { orders: Orders; roster: Roster; now: () => number }) {
  return async (question: Question, said: Said, post: Post): Promise<Start | undefined> => {
    const { card, plan } = question;
    const key = (await roster.members()).get(plan.node)?.key;
    if (key === undefined) return undefined;
    const confirm = { ...question.confirm, said };
    const node = { name: plan.node, key };
    const reason = reasonOf(confirm);
    const want = { intent: yesIntent(confirm), operator: confirm.operator, card, input: confirm.input };
    const job: Job = {
      ...freshJob(want, 'run', node, confirm.post, now(), ORDER_S),
      ...(reason === undefined ? {} : { reason }),
      ...(question.needs.approvers === 0 ? {} : { approvals: countedOf(question, said) }),
    };
    const approvals = said.approvals.map((one) => ({ ...one, operator: one.operator.id }));
    const proofs = (said.proving ?? []).flatMap(({ token }) => token ?? []);
    const bound = {
      ...{ place: placeOf(post), plan: plan.plan.digest, confirm: confirm.id, approvals },
      ...(proofs.length === 0 ? {} : { proofs: proofs.map((token) => ({ kind: 'stepup' as const, token })) }),
    };
    return { job, order: await orders.run(node, job, card, bound) };
  };
}

/** The intent that a yes to a question is. */
export function yesIntent({ id }: Pick<Confirm, 'id'>): string {
  return `confirm ${id}`;
}
