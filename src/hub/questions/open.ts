import type { Catalog } from '#src/catalog.ts';
import type { HubLedger } from '#src/ledger/port.ts';
import type { Job, Post } from '#src/ledger/records.ts';
import type { HubConfig } from '../config.ts';
import { APPROVE_MS, CONFIRM_MS } from './ask.ts';
import type { Question } from './needs.ts';
import { questionOf } from './needs.ts';

/** How many of the latest jobs are searched for questions. */
const SEARCHED = 200;

/** A question that can be answered now, with the message that asks it. */
export interface OpenQuestion {
  question: Question;
  post: Post;
}

/** All questions that can be answered now, newest first. */
export async function openQuestions(deps: {
  ledger: Pick<HubLedger, 'jobs' | 'story'>;
  catalog: Catalog;
  config: Pick<HubConfig, 'operators'>;
  now: () => number;
}): Promise<OpenQuestion[]> {
  const { ledger, catalog, config, now } = deps;
  const find = async ({ post }: Job): Promise<OpenQuestion | undefined> => {
    const story = await ledger.story(post);
    const question = story && questionOf(story, catalog, config.operators);
    if (!story || question?.confirm.state !== 'open' || now() >= question.confirm.expiresAt) return undefined;
    return { question, post: story.post };
  };
  const latest = await ledger.jobs({ limit: SEARCHED });
  const plans = latest.filter(({ kind, askedAt }) => kind === 'plan' && now() - askedAt < APPROVE_MS + 2 * CONFIRM_MS);
  const found = await Promise.all(plans.map(find));
  // A campaign has several plans, and one question.
  const questions = new Map(found.flatMap((each) => (each ? [[each.question.confirm.id, each] as const] : [])));
  return [...questions.values()];
}
