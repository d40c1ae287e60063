import type { Campaign } from '#src/ledger/campaign.ts';
import type { Approval, Confirm, Job, Said, Story } from '#src/ledger/records.ts';
import type { Card } from '#src/operation/define.ts';
import { covers } from '#src/operation/risk.ts';
import type { PlanJob } from '../campaigns/plans.ts';
import { plannedOf, setOf } from '../campaigns/plans.ts';
import type { Operator } from '../config.ts';
import type { SetNeeds } from './release.ts';
import { gainOf, releasedBy, yesesMissing } from './release.ts';

/** What has to be said before a change is ordered: by its risk, and by what the node's policy asks for; the stricter holds. */
export interface Needs {
  /** This has to be typed, letter by letter. */
  name: string | undefined;
  reason: boolean;
  /** So many yeses besides. */
  approvers: number;
  /** Whether the yes of the one who asks is one of them. */
  selfApproval: boolean;
  /** Whether each of them has to prove that they are there. */
  stepup: boolean;
  /** Numeric ids of those whose yes the node takes, or anyone's. */
  by: '*' | readonly number[];
  /** What each node of several asks for by itself, and how many of them it takes. */
  set?: SetNeeds | undefined;
}

/** A question whose plan is known, with all that decides who may answer it. */
export interface Question {
  confirm: Confirm;
  card: Card;
  /** What a yes is bound to; of a campaign, all its plans as one. */
  plan: PlanJob;
  /** The plans that it is made of. */
  plans: readonly PlanJob[];
  campaign?: Campaign | undefined;
  needs: Needs;
  /** Who is on the list now. */
  operators: readonly Operator[];
}

/** What a question still waits for; `ready`: for nothing. */
export type Stage = 'tap' | 'reason' | 'name' | 'approvers' | 'code' | 'ready';

/** The question of a post; undefined while its node has not said what it would do. */
export function questionOf(
  { confirm, jobs, campaign }: Pick<Story, 'confirm' | 'jobs' | 'campaign'>,
  cards: ReadonlyMap<string, Card>,
  operators: readonly Operator[],
): Question | undefined {
  const job = campaign ? setOf(campaign, jobs) : jobs.find(({ kind }) => kind === 'plan');
  const card = confirm && cards.get(confirm.operation);
  if (!job?.plan || !card) return undefined;
  // It ended before anybody was asked.
  if (campaign?.ending && confirm.state === 'open') return undefined;
  const plan = { ...job, plan: job.plan };
  const plans = campaign ? plannedOf(campaign, jobs).map((each) => each.job) : [plan];
  const set = campaign && setNeedsOf(card, confirm, campaign, plans);
  return { confirm, card, plan, plans, campaign, needs: { ...needsOf(card, confirm, job), set }, operators };
}

function needsOf(card: Card, { input }: Confirm, { node, asks }: Job): Needs {
  return {
    name: card.risk === 'destructive' ? (card.targetOf(input) ?? node) : undefined,
    reason: asks?.reason ?? false,
    approvers: Math.max(asks?.approvers ?? 0, card.risk === 'critical' ? 1 : 0),
    selfApproval: asks?.selfApproval ?? false,
    stepup: asks?.proof === 'stepup',
    by: asks?.by ?? '*',
  };
}

function setNeedsOf(card: Card, confirm: Confirm, { least }: Campaign, plans: readonly PlanJob[]): SetNeeds {
  const nodes = new Map(plans.map((job) => [job.node, job]));
  const each = [...nodes].map(([node, job]) => {
    const { approvers, selfApproval, by } = needsOf(card, confirm, job);
    return { node, approvers, selfApproval, by };
  });
  return { each, least: least ?? each.length, asker: confirm.operator.id };
}

/** Why it is asked for. */
export function reasonOf({ reason, said }: Confirm): string | undefined {
  return said?.reason ?? reason;
}

/** What the question waits for, once this was said. */
export function stageOf(question: Question, said: Said | undefined = question.confirm.said): Stage {
  const { confirm, needs } = question;
  if (said?.yesAt === undefined) return 'tap';
  if (needs.reason && reasonOf({ ...confirm, said }) === undefined) return 'reason';
  if (needs.name !== undefined && !said.named) return 'name';
  if (missingOf(question, said) > 0) return 'approvers';
  return owing(question, said).length > 0 ? 'code' : 'ready';
}

/** Who has said yes and has not proved yet that they are there, where that is asked for. */
export function owing(question: Question, said: Said | undefined = question.confirm.said): Approval['operator'][] {
  const { confirm, needs } = question;
  if (!needs.stepup) return [];
  const own = (said?.approvals ?? []).filter(({ operator }) => operator.id === confirm.operator.id);
  const others = countedOf(question, said).filter(({ operator }) => operator.id !== confirm.operator.id);
  const proved = new Set(
    (said?.proving ?? []).flatMap(({ found, operator }) => (found === 'proved' ? [operator] : [])),
  );
  return [...own, ...others].map(({ operator }) => operator).filter(({ id }) => !proved.has(id));
}

/** Everybody else whose yes would count now, here and on the node. */
export function approversOf({ confirm, card, needs, operators }: Question): Operator[] {
  return operators.filter(
    ({ id, role }) =>
      id !== confirm.operator.id && covers(role, card.role) && (needs.by === '*' || needs.by.includes(id)),
  );
}

/** How many more have to say yes, at least. Who left the list, lost the role or said yes to another plan does not count. */
export function missingOf(question: Question, said: Said | undefined = question.confirm.said): number {
  const { approvers, set } = question.needs;
  const people = Math.max(0, approvers - countedOf(question, said).length);
  if (!set) return people;
  const others = approversOf(question).map(({ id }) => id);
  return Math.max(people, yesesMissing(set, yesesOf(question, said), others) ?? 1);
}

/** How many others have to say yes at least, once the one who asks has. */
export function yesesNeeded(question: Question): number {
  const { approvers, set } = question.needs;
  const others = approversOf(question).map(({ id }) => id);
  return Math.max(approvers, (set && yesesMissing(set, [set.asker], others)) ?? 0);
}

/** Of a set the nodes whose own policies are satisfied by what was said. */
export function releasedOf(question: Question, said: Said | undefined = question.confirm.said): string[] {
  const { set } = question.needs;
  return set ? releasedBy(set, yesesOf(question, said)) : [];
}

/** Whether one more yes of this person brings anything nearer. */
export function isOfUse(question: Question, said: Said | undefined, person: number): boolean {
  const { set } = question.needs;
  return !set || gainOf(set, yesesOf(question, said), person) > 0;
}

/** Whether the yes of the one who asks counts, on some node at least. */
export function countsOwn({ needs, confirm }: Question): boolean {
  const { id } = confirm.operator;
  const some = needs.set?.each.some(({ selfApproval, by }) => selfApproval && (by === '*' || by.includes(id)));
  return needs.selfApproval || some === true;
}

/** Everybody whose yes some node may count, the one who asks among them. */
function yesesOf(question: Question, said: Said | undefined): number[] {
  const { confirm, plan } = question;
  const heard = new Set([confirm.operator.id, ...approversOf(question).map(({ id }) => id)]);
  const yeses = (said?.approvals ?? []).filter((one) => one.plan === plan.plan.digest);
  return [...new Set(yeses.map(({ operator }) => operator.id))].filter((id) => heard.has(id));
}

/** The yeses that count. */
export function countedOf(question: Question, said: Said | undefined = question.confirm.said): Approval[] {
  const { confirm, needs, plan } = question;
  const heard = new Set(approversOf(question).map(({ id }) => id));
  if (needs.selfApproval) heard.add(confirm.operator.id);
  return (said?.approvals ?? []).filter((one) => one.plan === plan.plan.digest && heard.delete(one.operator.id));
}

/** The yeses that stand on record as approvals, as numeric ids: of others than the one who asked, unless that yes counts as one too. */
export function approverIds(
  question: Question,
  said: Said | undefined = question.confirm.said,
): { approvers?: number[] } {
  const counted = question.needs.approvers === 0 ? [] : countedOf(question, said);
  return counted.length === 0 ? {} : { approvers: counted.map(({ operator }) => operator.id) };
}

/** Whether there are people enough on the list; if not, no yes can lead to anything. */
export function canBeMet(question: Question): boolean {
  const { needs, confirm } = question;
  const others = approversOf(question).map(({ id }) => id);
  if (others.length + (needs.selfApproval ? 1 : 0) < needs.approvers) return false;
  return !needs.set || yesesMissing(needs.set, [confirm.operator.id], others) !== undefined;
}

/** Whether the one who asked may still ask for this. */
export function mayStillAsk({ confirm, card, operators }: Question): boolean {
  return operators.some(({ id, role }) => id === confirm.operator.id && covers(role, card.role));
}

/** `Ben`, `Ben or Cleo`, `Ben, Cleo or Dan`. */
export function anyOf(people: readonly { name: string }[]): string {
  const names = people.map(({ name }) => name);
  return names.length < 2 ? (names[0] ?? 'nobody') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}
