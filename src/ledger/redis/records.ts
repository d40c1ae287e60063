import { z } from 'zod';
import type { OrderOut } from '../port.ts';
import type { Story } from '../records.ts';
import { Alert, AuditEntry, Confirm, Cursor, Handling, Job, Post, Said } from '../records.ts';
import { Hash, jsonOf } from './reply.ts';
import type { Argument } from './scripts.ts';

// A record is its JSON, made and read here alone; what scripts change or compare stands beside it in fields of its own.

/** A post for a script; `intent` is what made it. */
export function packPost(raw: Post, intent?: string): Argument {
  const { jobs, message, revision, told, notBefore, calmUntil, dueAt, extras, ...fixed } = Post.parse(raw);
  const { id, chat, confirm, alert, createdAt } = fixed;
  const body = JSON.stringify(fixed);
  const links = { chat, confirm, alert, createdAt, intent };
  const moving = { message, revision, told, notBefore, calmUntil, extras: extras.join(' ') };
  const fields = Object.entries({ body, ...links, ...moving }).flatMap(([name, value]) =>
    value === undefined ? [] : [name, String(value)],
  );
  return { id, jobs, alert, createdAt: String(createdAt), dueAt: textOf(dueAt), fields };
}

/** A job for a script. */
export function packJob(raw: Job): Argument {
  const job = Job.parse(raw);
  const open = job.state === 'ended' ? undefined : 'open';
  return { id: job.id, post: job.post, open, askedAt: String(job.askedAt), body: JSON.stringify(job) };
}

/** A confirm for a script. */
export function packConfirm(raw: Confirm): Argument {
  const { state, jobs, said, ...fixed } = Confirm.parse(raw);
  const { id, post, operator, expiresAt } = fixed;
  const numbers = { operator: String(operator.id), expiresAt: String(expiresAt) };
  const moving = { state, jobs: JSON.stringify(jobs), said: said && packSaid(said) };
  return { id, post, ...numbers, ...moving, body: JSON.stringify(fixed) };
}

/** What was said to a question for a script; `before` is the turn that it follows. */
export function packSaid(raw: Said): Argument {
  const said = Said.parse(raw);
  const { turn, copies } = said;
  return {
    turn: String(turn),
    before: String(turn - 1),
    copies: JSON.stringify(copies),
    body: JSON.stringify(said),
  };
}

/** An alert for a script. */
export function packAlert(raw: Alert): Argument {
  const alert = Alert.parse(raw);
  const { id, state, posts, openedAt } = alert;
  const postsJson = JSON.stringify(posts);
  return {
    id,
    state,
    openedAt: String(openedAt),
    condition: conditionKey(alert),
    posts,
    postsJson,
    body: JSON.stringify(alert),
  };
}

/** What was said about a condition, for a script. */
export function packHandling(raw: Handling): Argument {
  const handling = Handling.parse(raw);
  return {
    condition: conditionKey(handling),
    alert: handling.alert,
    at: String(handling.at),
    body: JSON.stringify(handling),
  };
}

/** Lines of the audit for a script. */
export function packAudit(entries: readonly AuditEntry[]): string[] {
  return entries.map((entry) => JSON.stringify(AuditEntry.parse(entry)));
}

/** Orders for a script, without what else the caller's objects may have. */
export function packOrders(orders: readonly OrderOut[]): Argument {
  return orders.map(({ node, job, token }) => ({ node, job, token }));
}

/** A cursor as it is stored and compared. */
export function packCursor(cursor: Cursor): string {
  const { log, seq } = Cursor.parse(cursor);
  return JSON.stringify({ log, seq });
}

/** Names a condition in a key: no node has a space in its name. */
export function conditionKey({ node, fingerprint }: { node: string; fingerprint: string }): string {
  return `${node} ${fingerprint}`;
}

/** A number as scripts take it. */
export function textOf(number: number | undefined): string | undefined {
  return number === undefined ? undefined : String(number);
}

const PostReply = z.tuple([Hash, z.array(z.string())]).transform(([hash, jobs]) =>
  Post.parse({
    ...Loose.parse(hash['body']),
    jobs,
    message: numberOf(hash['message']),
    revision: numberOf(hash['revision']),
    told: numberOf(hash['told']),
    notBefore: numberOf(hash['notBefore']),
    calmUntil: numberOf(hash['calmUntil']),
    dueAt: numberOf(hash['dueAt']),
    extras: hash['extras']?.split(' ').filter((extra) => extra !== ''),
  }),
);

const Names = jsonOf(z.array(z.string()));
const Loose = jsonOf(z.looseObject({}));
const ConfirmReply = Hash.transform((hash) => {
  if (hash['body'] === undefined) return undefined;
  const jobs = Names.parse(hash['jobs']);
  const said = hash['said'] === undefined ? undefined : Loose.parse(hash['said']);
  const expiresAt = numberOf(hash['expiresAt']);
  return Confirm.parse({ ...Loose.parse(hash['body']), state: hash['state'], jobs, said, expiresAt });
});

const maybe = <T>(schema: z.ZodType<T>) =>
  z.string().transform((text) => (text === '' ? undefined : jsonOf(schema).parse(text)));

/** A story as its script answers it, or nothing. */
export const StoryReply = z
  .tuple([z.unknown(), z.unknown(), z.array(jsonOf(Job)), ConfirmReply, maybe(Alert), maybe(Handling)])
  .transform(
    ([post, ids, jobs, confirm, alert, handling]): Story => ({
      post: PostReply.parse([post, ids]),
      jobs,
      confirm,
      alert,
      handling,
    }),
  )
  .nullable()
  .transform((story) => story ?? undefined);

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}
