import { Campaign } from '../campaign.ts';
import { Alert, AuditEntry, Confirm, Handling, Job, Post, Said } from '../records.ts';
import type { OrderOut } from '../writes.ts';
import type { Safe } from './safe.ts';
import type { Argument } from './scripts.ts';

// A record is closed under the name of its key, here alone. What scripts change or compare stands beside it in fields of its own:
// numbers and ids as they are, who and where as marks.

/** A post for a script; `intent` is the mark of what made it. */
export function packPost(safe: Safe, raw: Post, intent?: string): Argument {
  const { jobs, message, revision, told, notBefore, calmUntil, dueAt, extras, resolved, ...fixed } = Post.parse(raw);
  const { id, chat, confirm, campaign, alert, createdAt } = fixed;
  const body = safe.close(`post:${id}`, fixed);
  const links = { chat: markChat(safe, chat), confirm, campaign, alert, createdAt, intent };
  const shown = message === undefined ? {} : packMessage(safe, id, message);
  const settled = resolved && packResolved(safe, id, resolved);
  const moving = { revision, told, notBefore, calmUntil, extras: extras.join(' '), resolved: settled };
  const fields = Object.entries({ body, ...links, ...shown, ...moving }).flatMap(([name, value]) =>
    value === undefined ? [] : [name, String(value)],
  );
  return { id, jobs, alert, createdAt: String(createdAt), dueAt: textOf(dueAt), fields };
}

/** The message of a post for a script: closed for the hub, and as a mark to compare. */
export function packMessage(safe: Safe, post: string, message: number): { message: string; messageMark: string } {
  return { message: safe.close(`post:${post} message`, message), messageMark: markMessage(safe, message) };
}

/** Who says that what a post is about is settled. */
export function packResolved(safe: Safe, post: string, { operator: { id, name }, at }: Resolved): string {
  return safe.close(`post:${post} resolved`, { operator: { id, name }, at });
}

type Resolved = NonNullable<Post['resolved']>;

/** A job for a script. */
export function packJob(safe: Safe, raw: Job): Argument {
  const job = Job.parse(raw);
  const open = job.state === 'ended' ? undefined : 'open';
  return { id: job.id, post: job.post, open, askedAt: String(job.askedAt), body: safe.close(`job:${job.id}`, job) };
}

/** A confirm for a script. */
export function packConfirm(safe: Safe, raw: Confirm): Argument {
  const { state, jobs, said, ...fixed } = Confirm.parse(raw);
  const { id, post, operator, expiresAt } = fixed;
  return {
    ...{ id, post, state, operator: markOperator(safe, id, operator.id), expiresAt: String(expiresAt) },
    answer: packAnswer(safe, id, { state, jobs }),
    said: said && packSaid(safe, id, said),
    body: safe.close(`confirm:${id}`, fixed),
  };
}

/** The turn of a campaign for a script; `before` is the turn that it follows. */
export function packCampaign(safe: Safe, raw: Campaign): Argument {
  const campaign = Campaign.parse(raw);
  const { id, post, turn, stage, createdAt } = campaign;
  return {
    ...{ id, post, turn: String(turn), before: String(turn - 1), createdAt: String(createdAt) },
    open: stage === 'over' ? undefined : 'open',
    body: safe.close(`campaign:${id}`, campaign),
  };
}

/** What became of a question until now. */
export function packAnswer(safe: Safe, confirm: string, answer: Pick<Confirm, 'state' | 'jobs'>): string {
  return safe.close(`confirm:${confirm} answer`, answer);
}

/** What was said to a question for a script; `before` is the turn that it follows. */
export function packSaid(safe: Safe, confirm: string, raw: Said): Argument {
  const said = Said.parse(raw);
  const { turn, copies } = said;
  return {
    turn: String(turn),
    before: String(turn - 1),
    copies: JSON.stringify(copies),
    body: safe.close(`confirm:${confirm} said`, said),
  };
}

/** Until when a question is open by now, if that has moved. */
export function packUntil(
  safe: Safe,
  confirm: string,
  expiresAt: number | undefined,
): { expiresAt?: string; until?: string } {
  if (expiresAt === undefined) return {};
  return { expiresAt: String(expiresAt), until: safe.close(`confirm:${confirm} until`, expiresAt) };
}

/** The message that a press came from, if it was one. Whose message it is shows when the post is opened: no two posts of one question are in one chat. */
export function packPressed(
  safe: Safe,
  { confirm, chat, message }: { confirm: string; chat: number; message?: number | undefined },
): { pressed?: string; messageMark?: string } {
  if (message === undefined) return {};
  return { pressed: safe.close(pressedName(confirm, chat), message), messageMark: markMessage(safe, message) };
}

/** What the message of a press is closed under. */
export function pressedName(confirm: string, chat: number): string {
  return `confirm:${confirm} pressed in ${chat}`;
}

/** Who answers a question; on another question the same person has another mark. */
export function markOperator(safe: Safe, confirm: string, operator: number): string {
  return safe.mark(`confirm:${confirm} operator ${operator}`);
}

/** A chat, to compare. */
export function markChat(safe: Safe, chat: number): string {
  return safe.mark(`chat ${chat}`);
}

function markMessage(safe: Safe, message: number): string {
  return safe.mark(`message ${message}`);
}

/** An alert for a script. */
export function packAlert(safe: Safe, raw: Alert): Argument {
  const alert = Alert.parse(raw);
  const { id, state, posts, openedAt } = alert;
  const postsJson = JSON.stringify(posts);
  return {
    id,
    state,
    openedAt: String(openedAt),
    condition: conditionKey(safe, alert),
    posts,
    postsJson,
    body: safe.close(`alert:${id}`, alert),
  };
}

/** What was said about a condition, for a script. */
export function packHandling(safe: Safe, raw: Handling): Argument {
  const handling = Handling.parse(raw);
  const condition = conditionKey(safe, handling);
  return {
    condition,
    alert: handling.alert,
    at: String(handling.at),
    body: safe.close(`handling:${condition}`, handling),
  };
}

/** Lines of the audit for a script. */
export function packAudit(safe: Safe, entries: readonly AuditEntry[]): string[] {
  return entries.map((entry) => safe.close('audit', AuditEntry.parse(entry)));
}

/** Orders for a script, without what else the caller's objects may have. */
export function packOrders(orders: readonly OrderOut[]): Argument {
  return orders.map(({ node, job, token }) => ({ node, job, token }));
}

/** Names a condition in a key: no node has a space in its name. */
export function conditionKey(safe: Safe, { node, fingerprint }: { node: string; fingerprint: string }): string {
  return safe.mark(`condition ${node} ${fingerprint}`);
}

/** A number as scripts take it. */
export function textOf(number: number | undefined): string | undefined {
  return number === undefined ? undefined : String(number);
}
