import type { Catalog } from '#src/catalog.ts';
import type { HubLedger } from '#src/ledger/port.ts';
import { jobId } from '#src/wire/ids.ts';
import { identity } from '#src/wire/keys.ts';
import type { HubConfig, Operator } from '../config.ts';
import type { Fleet } from '../nodes/fleet.ts';
import type { Roster } from '../nodes/roster.ts';
import type { Orders } from '../orders.ts';
import { approverOf } from './approver.ts';
import { codeKey } from './codePlace.ts';
import type { Question } from './needs.ts';
import { approversOf, owing, questionOf, stageOf } from './needs.ts';
import { openQuestions } from './open.ts';
import type { Answer, Spoken } from './press.ts';
import { yesIntent } from './start.ts';

/** How long after its end a question still takes a code to itself, so that it is deleted and said to be late, in ms. */
const LATE_MS = 300_000;

/** A code that somebody typed in their private chat. */
export interface Typed {
  operator: Operator;
  /** The number of its message. */
  message: number;
  code: string;
}

/** What takes codes to the approver. */
export interface Codes {
  /** The question of somebody that waits for their code, will do so, or did until a moment ago; `first` says what comes before. `text` is what was typed: the name that a question waits for is no code. */
  waiting(operator: Operator, text: string): Promise<{ confirm: string; first?: string } | undefined>;
  /** Seals a code to the approver, for this one question and person; answers with what to say, or nothing when the message of the question says it. Throws Problem `approver`. */
  send(confirm: string, typed: Typed): Promise<string | undefined>;
}

/** Takes typed codes to the approver. The hub keeps no code: it goes into one sealed order and nowhere else. */
export function createCodes(deps: {
  config: Pick<HubConfig, 'approver' | 'operators'>;
  ledger: HubLedger;
  orders: Orders;
  fleet: Fleet;
  catalog: Catalog;
  roster: Pick<Roster, 'members'>;
  press: (answer: Answer) => Promise<Spoken>;
  now: () => number;
}): Codes {
  const { config, ledger, orders, fleet, catalog, roster, press, now } = deps;
  const find = async (confirm: string): Promise<{ question: Question; chat: number } | undefined> => {
    const story = await ledger.question(confirm);
    const question = story && questionOf(story, catalog, config.operators);
    return question && { question, chat: story.post.chat };
  };

  const isWaiting = ({ confirm }: Question) => confirm.state === 'open' && now() < confirm.expiresAt;
  const owes = (question: Question, id: number) => owing(question).some((each) => each.id === id);

  return {
    async waiting({ id }, text) {
      const noted = await ledger.recall(codeKey(id));
      const last = noted ? (await find(noted))?.question : undefined;
      if (last && isWaiting(last) && owes(last, id)) return { confirm: last.confirm.id };
      const open = (await openQuestions(deps)).map(({ question }) => question);
      const owed = open.find((question) => owes(question, id));
      if (owed) return { confirm: owed.confirm.id };
      for (const question of open) {
        const first = firstOf(question, id, text);
        if (first !== undefined) return { confirm: question.confirm.id, first };
      }
      return last && now() < last.confirm.expiresAt + LATE_MS ? { confirm: last.confirm.id } : undefined;
    },

    async send(id, { operator, message, code }) {
      const found = await find(id);
      const { confirm, plan } = found?.question ?? {};
      if (!found || !confirm || !plan || !isWaiting(found.question) || !owes(found.question, operator.id)) return OVER;
      const approver = approverOf(await fleet.nodes(now()), config);
      const key = (await roster.members()).get(plan.node)?.key;
      if (key === undefined) return OVER;
      // The same message is the same try, however often Telegram delivers it.
      const jti = jobId(`code ${id} ${operator.id} ${message}`, approver.name);
      const answer = { kind: 'sent' as const, order: jti, approver: approver.name };
      const isNew = confirm.said?.proving?.every(({ order }) => order !== jti) ?? true;
      const spoken = isNew ? await press({ confirm: id, answer, operator, chat: found.chat }) : undefined;
      if (spoken?.alert) return spoken.text;
      const about = { confirm: id, job: jobId(yesIntent(confirm), plan.node), plan: plan.plan.digest };
      const audience = identity(plan.node, key);
      await ledger.send([
        await orders.approve(approver, now(), jti, { ...about, audience, operator: operator.id, code }),
      ]);
      return undefined;
    },
  };
}

/** What this person has to say before their code is asked for; undefined when it will not be. */
function firstOf(question: Question, id: number, text: string): string | undefined {
  const { needs, confirm } = question;
  if (!needs.stepup) return undefined;
  const stage = stageOf(question);
  const isApprover = stage === 'approvers' && approversOf(question).some((each) => each.id === id);
  if (isApprover || (stage === 'tap' && confirm.operator.id === id))
    return 'The code comes after your yes: press first.';
  if (confirm.operator.id !== id) return undefined;
  if (stage === 'reason') return 'The code comes last: first type the reason, in words.';
  return stage === 'name' && text !== needs.name ? `The code comes last: first type ${needs.name}` : undefined;
}

const OVER = 'Nothing waits for a code of yours now. Nothing was done.';
