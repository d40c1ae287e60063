import { shortId } from '#src/wire/ids.ts';
import { ADA } from '../../fixtures/fleet.ts';
import type { Message } from '../../flow/chat.ts';
import type { Fault } from './faults.ts';
import { questionsIn } from './person.ts';
import type { Run } from './record.ts';
import { isUnfinished, shows, verdictsOn } from './record.ts';

/** A verdict has to be told within this time after the last fault is over: an order that was lost can start for 60 s, and is asked about then. */
const TOLD_WITHIN_S = 75;
const APPLIED = ['done', 'verified applied'];
const NOT_APPLIED = ['refused', 'expired', 'verified not applied'];

/** What is seen when the dust has settled. */
export interface Outcome {
  faults: readonly Fault[];
  deaths: number;
  /** How often the workload was restarted. */
  restarts: number;
  /** Processes of the workload that still run. */
  alive: number;
  /** Jobs of which the bot has said that it is on them, or that are in the chat. */
  confirmed: readonly string[];
  runs: readonly Run[];
  /** Jobs that began although nobody had pressed yes to them. */
  unasked: readonly string[];
  /** Verdicts by job, as the ledger has them; undefined: it has not ended there. */
  ledger: ReadonlyMap<string, string | undefined>;
  messages: readonly Message[];
  /** The most messages that one question or job has ever had. */
  most: number;
  /** Messages that once said how a job ended, and now say something else. */
  turned: readonly Message[];
  asked: number;
  /** How long after the last fault, or the last yes, the last verdict was told, in s; undefined: it was not. */
  toldAfterS: number | undefined;
  leaks: readonly string[];
  /** Yeses of earlier trials that were not taken, of which the chat does not say so. */
  untaken: readonly string[];
  /** What is wrong with the journal as a whole. */
  books: readonly string[];
}

/** What is wrong with an outcome, judged by the workload's own record, the chat, the journal and the ledger; an empty list is a good trial. */
export function wrongs(outcome: Outcome): string[] {
  const { confirmed, runs, messages, toldAfterS, leaks, books } = outcome;
  const jobs = new Set([...confirmed, ...runs.map(({ job }) => job)]);
  return [
    ...(confirmed.length === 0 ? ['nothing was ever confirmed'] : []),
    ...(toldAfterS === undefined ? ['not all was told'] : []),
    ...(toldAfterS !== undefined && toldAfterS > TOLD_WITHIN_S ? [`the last verdict came after ${toldAfterS} s`] : []),
    ...worldWrongs(outcome),
    ...outcome.unasked.map((job) => `job ${shortId(job)} began, and nobody said yes to it`),
    ...[...jobs].flatMap((job) => jobWrongs(outcome, job)),
    ...(outcome.most > 1 + twinsAllowed(outcome.faults) ? [`${outcome.most} messages for one intent`] : []),
    ...messages.flatMap((message) => leftOpen(message)),
    ...leftUnfinished(outcome)
      .slice(twinsAllowed(outcome.faults))
      .map((text) => `left as it was: ${headOf(text)}`),
    ...outcome.turned.map(({ text = '' }) => `it said how it ended, and now: ${headOf(text)}`),
    ...leaks.map((leak) => `in a log: ${leak}`),
    ...outcome.untaken.map((line) => `a yes was not taken, and the chat says: ${line}`),
    ...books.map((line) => `in the books: ${line}`),
  ];
}

function worldWrongs({ restarts, runs, alive }: Outcome): string[] {
  if (alive !== 1) return [`${alive} processes of the workload are left`];
  const begun = runs.filter((run) => run.begun).length;
  const applied = runs.filter(({ verdict = '' }) => APPLIED.includes(verdict)).length;
  const unsure = runs.filter(({ verdict = '' }) => ![...APPLIED, ...NOT_APPLIED].includes(verdict)).length;
  if (restarts > begun) return [`${restarts} restarts for ${begun} jobs that began`];
  if (restarts < applied) return [`${applied} jobs say that they restarted it, but it was restarted ${restarts} times`];
  if (restarts > applied + unsure)
    return [`${applied} jobs say that they restarted it, but it was restarted ${restarts} times`];
  return [];
}

function jobWrongs({ runs, ledger, messages, faults }: Outcome, job: string): string[] {
  const run = runs.find((each) => each.job === job);
  const name = `job ${shortId(job)}`;
  if (!run) return [`${name} was confirmed and never reached its node`];
  if (run.verdict === undefined) return [`${name} has no verdict`];
  const told = verdictsOn(messages, job);
  const away = messages.filter(({ from, text = '' }) => from?.id !== ADA && shows(text, run.title));
  return [
    ...(told.length === 0 ? [`${name}: its verdict (${run.verdict}) is not in the chat`] : []),
    ...(told.length > 1 + twinsAllowed(faults) ? [`${name}: its verdict was told ${told.length} times`] : []),
    ...(told.some(({ text = '' }) => !shows(text, run.title)) ? [`${name}: the chat says something else`] : []),
    ...(away.length === 0 ? [`${name}: nobody was told "${run.title}"`] : []),
    ...(ledger.has(job) && ledger.get(job) !== run.verdict
      ? [`${name}: the ledger has ${ledger.get(job) ?? 'no verdict'}, the node ${run.verdict}`]
      : []),
  ];
}

function leftOpen(message: Message): string[] {
  const { from, text = '' } = message;
  if (from?.id === ADA) return [];
  return questionsIn([message]).length > 0 ? [`left open: ${headOf(text)}`] : [];
}

/** Messages that still say that something is under way: the first copy of a twin stays so when its sender died before it knew the message's id. */
export function leftUnfinished({ messages }: Pick<Outcome, 'messages'>): string[] {
  return messages.flatMap(({ from, text = '' }) => (from?.id !== ADA && isUnfinished(text) ? [text] : []));
}

/** One more message for each fault after which nobody can know whether a message was sent, or which it was. */
export function twinsAllowed(faults: readonly Fault[]): number {
  return faults.filter((fault) => {
    switch (fault.kind) {
      case 'kill':
        return fault.who === 'hub' && /sendMessage:after|told:before/.test(fault.point);
      case 'redis':
      case 'deleted':
        return true;
      case 'telegram':
        return fault.method === 'sendMessage' && fault.applied;
      default:
        return fault satisfies never;
    }
  }).length;
}

function headOf(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
