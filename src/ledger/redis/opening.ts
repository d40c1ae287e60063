import { z } from 'zod';
import { Campaign } from '../campaign.ts';
import type { Story } from '../records.ts';
import { Alert, Confirm, Handling, Job, Post, Said } from '../records.ts';
import { conditionKey, pressedName } from './records.ts';
import { Hash } from './reply.ts';
import type { Safe } from './safe.ts';

// What a server answers is believed as far as it opens under the name that was asked for. What stands beside it in clear may delay or hide, and no more.

/** A record as scripts answer it: its id, and its text or nothing. */
export const Closed = z.tuple([z.string(), z.string()]);

const Names = z.array(z.string());

/** A story as its script answers it: post, ids of its jobs, the jobs, confirm, alert, handling, campaign; empty where there is none. */
export const StoryReply = z.tuple([Hash, Names, Names, Hash, z.string(), z.string(), z.string()]).nullable();

type Fields = z.infer<typeof Hash>;

const PostBody = Post.omit({
  ...{ jobs: true, message: true, revision: true, told: true },
  ...{ notBefore: true, calmUntil: true, dueAt: true, extras: true, resolved: true },
});
const ConfirmBody = Confirm.omit({ state: true, jobs: true, said: true });
const Answer = Confirm.pick({ state: true, jobs: true });
const Message = z.number().int();
const Resolved = Post.shape.resolved.unwrap();
const Until = Confirm.shape.expiresAt;

/** Jobs in the order of the answer; those that are lost are left out. */
export function openJobs(safe: Safe, closed: readonly z.infer<typeof Closed>[]): Job[] {
  return closed.flatMap(([id, text]) => safe.open(`job:${id}`, text, Job) ?? []);
}

/** Alerts in the order of the answer; those that are lost are left out. */
export function openAlerts(safe: Safe, closed: readonly z.infer<typeof Closed>[]): Alert[] {
  return closed.flatMap(([id, text]) => safe.open(`alert:${id}`, text, Alert) ?? []);
}

/** What was said about conditions, by their keys. */
export function openHandlings(safe: Safe, closed: readonly z.infer<typeof Closed>[]): Handling[] {
  return closed.flatMap(([key, text]) => safe.open(`handling:${key}`, text, Handling) ?? []);
}

/** The story of a post, or of the post that asks a question; undefined when either is lost. Of the rest only what belongs to it is taken. */
export function openStory(
  safe: Safe,
  asked: { post: string } | { question: string },
  answer: z.infer<typeof StoryReply>,
): Story | undefined {
  if (!answer) return undefined;
  const [fields, ids, texts, confirmFields, alertText, handlingText, campaignText] = answer;
  const question = 'question' in asked ? openConfirm(safe, asked.question, confirmFields) : undefined;
  const id = 'post' in asked ? asked.post : question?.post;
  const post = id === undefined ? undefined : openPost(safe, id, fields);
  if (!post) return undefined;
  const confirm = question ?? (post.confirm === undefined ? undefined : openConfirm(safe, post.confirm, confirmFields));
  const jobs = openJobs(
    safe,
    ids.map((job, i) => [job, texts[i] ?? '']),
  );
  // A copy of a question shows the plan that was made for the question's own post.
  const strange = new Set(jobs.filter((job) => job.post !== post.id && job.post !== confirm?.post).map(({ id }) => id));
  const alert = post.alert === undefined ? undefined : safe.open(`alert:${post.alert}`, alertText, Alert);
  const campaign =
    post.campaign === undefined ? undefined : safe.open(`campaign:${post.campaign}`, campaignText, Campaign);
  return {
    post: { ...post, jobs: ids.filter((job) => !strange.has(job)) },
    jobs: jobs.filter((job) => !strange.has(job.id)),
    confirm,
    ...(campaign ? { campaign } : {}),
    alert,
    handling: alert && openHandlings(safe, [[conditionKey(safe, alert), handlingText]])[0],
  };
}

function openPost(safe: Safe, id: string, fields: Fields): Omit<Post, 'jobs'> | undefined {
  const fixed = safe.open(`post:${id}`, fields['body'], PostBody);
  if (!fixed) return undefined;
  const resolved = safe.open(`post:${id} resolved`, fields['resolved'], Resolved);
  return {
    ...fixed,
    ...(resolved ? { resolved } : {}),
    message: safe.open(`post:${id} message`, fields['message'], Message) ?? pressedOn(safe, fixed, fields),
    revision: numberOf(fields['revision']) ?? 1,
    told: numberOf(fields['told']) ?? 0,
    notBefore: numberOf(fields['notBefore']) ?? 0,
    calmUntil: numberOf(fields['calmUntil']) ?? 0,
    dueAt: numberOf(fields['dueAt']),
    extras: Post.shape.extras.catch([]).parse(fields['extras']?.split(' ').filter((extra) => extra !== '')),
  };
}

function openConfirm(safe: Safe, id: string, fields: Fields): Confirm | undefined {
  const fixed = safe.open(`confirm:${id}`, fields['body'], ConfirmBody);
  const answer = safe.open(`confirm:${id} answer`, fields['answer'], Answer) ?? { state: 'open', jobs: [] };
  if (!fixed) return undefined;
  const said = safe.open(`confirm:${id} said`, fields['said'], Said);
  const expiresAt = safe.open(`confirm:${id} until`, fields['until'], Until) ?? fixed.expiresAt;
  return { ...fixed, ...answer, ...(said ? { said } : {}), expiresAt };
}

/** The message that was pressed before its id was stored with the post. */
function pressedOn(safe: Safe, { confirm, chat }: z.infer<typeof PostBody>, fields: Fields): number | undefined {
  return confirm === undefined ? undefined : safe.open(pressedName(confirm, chat), fields['pressed'], Message);
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
