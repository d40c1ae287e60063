import type { Catalog } from '#src/catalog.ts';
import { clip } from '#src/kit/text.ts';
import type { HubLedger } from '#src/ledger/port.ts';
import type { AuditEntry, Confirm, Post } from '#src/ledger/records.ts';
import type { Pressed } from '#src/ledger/writes.ts';
import { openInput } from '#src/operation/args.ts';
import { covers } from '#src/operation/risk.ts';
import { freshId } from '#src/wire/ids.ts';
import type { HubConfig, Operator } from '../config.ts';
import type { HubLockdown } from '../lockdown/lockdown.ts';
import type { Roster } from '../nodes/roster.ts';
import type { Orders } from '../orders.ts';
import { drainedText } from '../words/scope.ts';
import { freshPost } from './ask.ts';
import { codeCopyOf, expectCode } from './codePlace.ts';
import type { Question } from './needs.ts';
import { approverIds, approversOf, questionOf, reasonOf, stageOf } from './needs.ts';
import { refusedHere } from './prod.ts';
import type { Step } from './proving.ts';
import { provingTurn } from './proving.ts';
import { createStart } from './start.ts';
import type { Given, Turn } from './turn.ts';
import { turnOf } from './turn.ts';
import { expectWords } from './wordsPlace.ts';

/** Work that ends within this time goes from question to verdict in one edit; longer work shows how far it is by then, in ms. */
const PATIENCE_MS = 800;
/** So many answers may come first before one is given up: each question takes no more turns than that. */
const MAX_TRIES = 20;

/** What one person says to a question: with a button on one message, in words, or with a code that an approver looks at. */
export interface Answer {
  confirm: string;
  answer: 'yes' | 'no' | { text: string; message: number } | Step;
  operator: Operator;
  chat: number;
  /** The message that was pressed. */
  message?: number | undefined;
  /** With what it was said; left out, with a button. */
  source?: AuditEntry['source'];
}

/** What the person who answered is told at once (nothing when empty); `alert` makes them dismiss it, `stale` takes the buttons away. */
export interface Spoken {
  stale?: true;
  /** It was not theirs to press, which goes on record. */
  refused?: boolean;
  text: string;
  alert: boolean;
}

/** Takes an answer to a question in one durable write. The last yes that is needed also starts the job, bound to the plan that was shown. */
export function createPress(deps: {
  config: Pick<HubConfig, 'prodOnlyPrivate' | 'operators'>;
  ledger: HubLedger;
  orders: Orders;
  lockdown: Pick<HubLockdown, 'refusal'>;
  catalog: Catalog;
  roster: Roster;
  now: () => number;
}) {
  const { config, ledger, orders, lockdown, catalog, roster, now } = deps;
  const startOf = createStart(deps);

  const store = async (given: Answer, question: Question, take: Take, post: Post): Promise<Pressed> => {
    const { confirm } = question;
    if (isElsewhere(given, post)) return 'elsewhere';
    // A campaign asks its nodes by itself, one after the other.
    const isOne = take.start && question.campaign === undefined;
    const start = isOne ? await startOf(question, take.said, post) : undefined;
    if (isOne && !start) return 'unknown';
    const copies = [
      ...copiesOf(question, take, post, now()),
      ...codeCopyOf(question, take.said, post, given.operator, now()),
    ];
    const said = { ...take.said, copies: [...take.said.copies, ...copies.map(({ id }) => id)] };
    const because = reasonOf({ ...confirm, said });
    const asked = {
      operator: { id: given.operator.id, name: given.operator.name },
      chat: given.chat,
      ...aboutOf(confirm, catalog, given),
    };
    return await ledger.press({
      ...{ confirm: confirm.id, answer: take.answer, approver: take.approver, operator: given.operator.id },
      ...{ chat: given.chat, message: given.message, now: now(), said, expiresAt: take.expiresAt, posts: copies },
      jobs: start ? [start.job] : [],
      orders: start ? [start.order] : [],
      dueAt: start ? start.job.expiresAt + 1_000 : undefined,
      calmUntil: start ? now() + PATIENCE_MS : undefined,
      audit: take.audit.map((line) => ({
        ...{ at: now(), ...asked, ...(start ? { job: start.job.id, ...approverIds(question, said) } : {}) },
        ...(because === undefined || line.decision === 'declined' ? {} : { because }),
        ...line,
      })),
    });
  };

  /** Why nobody can say yes here, or now. */
  const refusalOf = async (chat: number, confirm: Confirm): Promise<string | undefined> => {
    const members = await roster.members();
    const drained = confirm.nodes.find((node) => members.get(node)?.drained);
    const nodes = confirm.nodes.map((name) => ({ ...confirm, name }));
    const elsewhere = refusedHere(config, chat, nodes);
    if (elsewhere !== undefined) return elsewhere;
    const parties = confirm.nodes.flatMap((name) => {
      const key = members.get(name)?.key;
      return key === undefined ? [] : [{ name, key }];
    });
    // In one trip: a hub that has only just started does not know yet how far it has heard these nodes.
    const [why] = await Promise.all([lockdown.refusal(nodes), orders.learn(parties)]);
    return why ?? (drained === undefined ? undefined : drainedText(drained));
  };
  const attempt = async (given: Answer): Promise<Spoken | 'changed'> => {
    const story = await ledger.question(given.confirm);
    const confirm = story?.confirm;
    const card = confirm && catalog.get(confirm.operation);
    if (!card) return WORDS.unknown;
    if (!covers(given.operator.role, card.role)) return WORDS['not yours'];
    const refusal = given.answer === 'no' ? undefined : await refusalOf(given.chat, confirm);
    if (refusal !== undefined) return { text: clip(refusal, 200), alert: true, refused: true };
    const question = questionOf(story, catalog, config.operators);
    if (!question) return await unplanned(given, confirm);
    const turn = judge(question, given);
    await expectCode(ledger, question, turn, given.operator);
    if (turn.kind === 'words') return { text: turn.text, alert: turn.alert, refused: turn.alert };
    await expectWords(ledger, question, turn, story.post);
    const pressed = await store(given, question, turn, story.post);
    if (pressed === 'changed') return pressed;
    if (pressed === 'taken') return { text: turn.text, alert: false };
    return pressed === 'again' && !hasAnswered(given, confirm) ? WORDS.answered : WORDS[pressed];
  };

  const judge = (question: Question, { answer, operator }: Answer): Turn => {
    if (typeof answer === 'object' && 'kind' in answer) return provingTurn(question, answer, operator, now());
    const given: Given =
      typeof answer === 'string' ? { kind: answer, operator } : { kind: 'typed', operator, ...answer };
    return turnOf(question, given, now());
  };

  /** Without a plan nobody can say yes to anything, but the one who asked may end it. */
  const unplanned = async (given: Answer, confirm: Confirm): Promise<Spoken> => {
    if (given.answer !== 'no') return confirm.state === 'open' ? WORDS.unknown : WORDS.answered;
    const { id, name } = given.operator;
    const asked = { operator: { id, name }, chat: given.chat, ...aboutOf(confirm, catalog, given) };
    const pressed = await ledger.press({
      ...{ confirm: confirm.id, answer: 'no', operator: id, chat: given.chat, message: given.message, now: now() },
      ...{ jobs: [], orders: [], audit: [{ at: now(), ...asked, decision: 'declined' }] },
    });
    return pressed === 'taken' ? { text: 'Cancelled.', alert: false } : WORDS[pressed];
  };

  return async (given: Answer): Promise<Spoken> => {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const spoken = await attempt(given);
      if (spoken !== 'changed') return spoken;
    }
    return WORDS.changed;
  };
}

type Take = Extract<Turn, { kind: 'take' }>;

/** What was asked in private is shown to each who may approve, in their own private chat. */
function copiesOf(question: Question, take: Take, post: Post, now: number): Post[] {
  const waits = take.answer === 'more' && stageOf(question, take.said) === 'approvers';
  if (!waits || post.chat < 0 || take.said.copies.length > 0) return [];
  return approversOf(question)
    .slice(0, 20)
    .map(({ id: chat }) => ({
      ...freshPost({ chat }, now),
      ...{ id: freshId(), calmUntil: 0, jobs: question.plans.map(({ id }) => id), confirm: question.confirm.id },
      ...(question.campaign ? { campaign: question.campaign.id } : {}),
    }));
}

function aboutOf({ operation, input, nodes }: Confirm, catalog: Catalog, { source = 'button' }: Answer) {
  const shown = openInput(catalog.get(operation)?.params ?? [], input);
  return { node: nodes.join(' '), operation, input: shown, source };
}

/** The ledger judges this again, with the copies. But an order that a ledger once held in its hands cannot be taken back. */
function isElsewhere({ operator, chat, message }: Answer, post: Post): boolean {
  if (chat !== post.chat) return chat !== operator.id;
  return message !== undefined && post.message !== undefined && message !== post.message;
}

function hasAnswered({ operator: { id } }: Answer, { operator, said }: Confirm): boolean {
  return operator.id === id || (said?.approvals ?? []).some((one) => one.operator.id === id);
}

const WORDS: Record<Pressed, Spoken> = {
  taken: { text: 'On it.', alert: false },
  again: { text: 'You have answered this already.', alert: false },
  answered: { text: 'This question was answered before.', alert: true },
  changed: { text: 'Too many answers at once. Press again.', alert: true },
  expired: { text: 'This question has expired. Nothing was done. Ask again.', alert: true },
  'not yours': { text: 'Only the person who asked can answer this.', alert: true, refused: true },
  elsewhere: { text: 'This button is no longer valid.', alert: true, stale: true, refused: true },
  unknown: { text: 'This button is no longer valid.', alert: true, stale: true },
};
