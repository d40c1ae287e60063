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
import { owing, questionOf } from './needs.ts';
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
  /** The question of somebody that waits for their code, or did until a moment ago. */
  waiting(operator: Operator): Promise<string | undefined>;
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

  return {
    async waiting({ id }) {
      const confirm = await ledger.recall(codeKey(id));
      const found = confirm ? await find(confirm) : undefined;
      return found && now() < found.question.confirm.expiresAt + LATE_MS ? confirm : undefined;
    },

    async send(id, { operator, message, code }) {
      const found = await find(id);
      const { confirm, plan } = found?.question ?? {};
      if (!found || !confirm || !plan || confirm.state !== 'open' || now() >= confirm.expiresAt) return OVER;
      if (!owing(found.question).some((each) => each.id === operator.id)) return OVER;
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

const OVER = 'Nothing waits for a code of yours now. Nothing was done.';
