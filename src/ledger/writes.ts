import type { Campaign } from './campaign.ts';
import type { Alert, AuditEntry, Confirm, Handling, Job, Post, Said } from './records.ts';

/** A sealed order on its way to one node. */
export interface OrderOut {
  node: string;
  job: string;
  token: string;
}

/** A sealed message in a stream; `position` grows within its stream. */
export interface Entry {
  position: string;
  token: string;
}

/** A beacon as its node left it; the hub's or sibling's clock is not involved. */
export interface BeaconEntry {
  node: string;
  token: string;
}

/** One intent and everything that comes of it. */
export interface Ask {
  /** The intent's key; the second write with the same key changes nothing. */
  intent: string;
  post: Post;
  jobs: Job[];
  orders: OrderOut[];
  confirm?: Confirm | undefined;
  campaign?: Campaign | undefined;
  audit: AuditEntry[];
}

/** One answer to a question. `yes` brings the jobs and orders that it starts; after `more` the question goes on. */
export interface Press {
  confirm: string;
  answer: 'yes' | 'no' | 'more';
  operator: number;
  /** Says it as somebody other than the one who asked. */
  approver?: boolean | undefined;
  chat: number;
  /** The message that was pressed; absent: the answer was typed. */
  message?: number | undefined;
  now: number;
  /** What has been said to the question then; taken only when one answer less was taken until now. */
  said?: Said | undefined;
  /** The question is open until then. */
  expiresAt?: number | undefined;
  /** The question in other chats, which are new; all posts of a question change with it. */
  posts?: Post[] | undefined;
  jobs: Job[];
  orders: OrderOut[];
  /** When the post has to be looked at again although no event came. */
  dueAt?: number | undefined;
  /** Until then only the end of the new jobs is worth telling. */
  calmUntil?: number | undefined;
  audit: AuditEntry[];
}

/** `taken` the first time, `again` when the same answer was taken before; all others changed nothing. `changed`: another answer came first, so that it has to be judged anew. */
export type Pressed = 'taken' | 'changed' | 'again' | 'answered' | 'expired' | 'not yours' | 'elsewhere' | 'unknown';

/** The next turn of a campaign, with what it asks of a node. */
export interface Advance {
  /** As it is then; its `turn` is one more than that of the record that it goes on from. */
  campaign: Campaign;
  jobs: Job[];
  orders: OrderOut[];
  /** When the post has to be looked at again although no event came. */
  dueAt?: number | undefined;
  audit: AuditEntry[];
}

/** One node's events applied: only written when the cursor still stands at `from`. A cursor is a text that the hub has signed; the ledger only compares it. */
export interface Fold {
  node: string;
  from: string | undefined;
  /** Undefined: it stays as it is. */
  to: string | undefined;
  /** Position of the last entry that was read: it and all before it are dropped. */
  through: string;
  jobs: Job[];
  /** Alerts that are new or changed; all their posts change with them. */
  alerts: Alert[];
  /** Posts that are new; a known id is left alone. */
  posts: Post[];
  audit: AuditEntry[];
}

/** Something that the hub itself saw: a node that is silent, or speaks again. */
export interface Raise {
  alert: Alert;
  /** Posts that are new; a known id is left alone. */
  posts: Post[];
  audit: AuditEntry[];
}

/** What somebody says about an alert; without `handling` what was said before is taken back. */
export interface Handle {
  alert: string;
  handling: Handling | undefined;
  /** Posts of the alert that were never shown wait until then; absent: they wait no longer. */
  quietUntil?: number | undefined;
  audit: AuditEntry[];
}

/** The end of the audit. `state` is what the hub last said of its chain, sealed by itself; absent: there is no chain yet. */
export interface AuditTail {
  state: string | undefined;
  /** How many lines the chain has here. */
  count: number;
  loose: AuditEntry[];
}

/** Entries that get their place in the chain. */
export interface SealAudit {
  /** The state that it goes on from. */
  from: string | undefined;
  state: string;
  /** The chain's id; another one than before begins beside it. */
  chain: string;
  /** The number of the last line before these. */
  after: number;
  lines: string[];
  /** So many of the entries that wait, the oldest, are in the lines now. */
  taken: number;
  /** Lines up to this number are dropped. */
  dropThrough?: number | undefined;
}

/** Somebody says that what a post is about is settled. */
export interface Resolve {
  post: string;
  operator: { id: number; name: string };
  at: number;
  audit: AuditEntry[];
}

/** What telling a post left behind. */
export interface Told {
  post: string;
  /** The holder of the lease; a told of somebody who lost it changes nothing but the message id. */
  by: string;
  /** The revision that Telegram now shows; absent when it could not be told. */
  revision?: number | undefined;
  message?: number | undefined;
  notBefore?: number | undefined;
  dueAt?: number | undefined;
  calmUntil?: number | undefined;
  extras?: Post['extras'] | undefined;
}

/** One text on a shelf, changed from what it was. */
export interface Shelve {
  shelf: string;
  name: string;
  /** What must stand there now; undefined: nothing. */
  from: string | undefined;
  /** What stands there afterwards; undefined: nothing. */
  to: string | undefined;
}
