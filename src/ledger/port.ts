import type { Campaign } from './campaign.ts';
import type { Alert, AuditEntry, AuditRecord, Confirm, Handling, Job, Post, Said, Story } from './records.ts';

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

/** The hub's side of the ledger. Each method is one atomic act and one round trip; all throw Problem `ledger` when it is away. */
export interface HubLedger {
  /** Writes an intent with its post, jobs, orders and confirm, or, when the intent was claimed before, answers with the post it has. */
  ask(write: Ask): Promise<{ fresh: boolean; post: string }>;
  /** Marks the confirm and all its posts as changed, and with `yes` adds jobs and orders to its post. A press that comes before the message id was stored binds the post to its message. */
  press(write: Press): Promise<Pressed>;
  /** Notes on a post who says that it is settled, and when: `again` when somebody has said so before, `unknown` when there is no such post. */
  resolve(write: Resolve): Promise<'taken' | 'again' | 'unknown'>;
  /** The post that asks this question, with its jobs. */
  question(confirm: string): Promise<Story | undefined>;
  story(post: string): Promise<Story | undefined>;
  /** Newest first. `id` is any beginning of a job's id, letter by letter. */
  jobs(filter: { id?: string; limit: number }): Promise<Job[]>;
  /** Jobs by their whole ids; unknown ones are left out. */
  jobsById(ids: string[]): Promise<Job[]>;

  /** The campaigns that are not over, oldest first, with their posts; those whose post is lost are left out. */
  campaigns(limit: number): Promise<Story[]>;
  /** Writes the next turn of a campaign and marks its post as changed, with the jobs and orders of that turn; false, and nothing written, when the campaign is not at the turn before, or its post is gone. */
  advance(write: Advance): Promise<boolean>;

  /** Which of these nodes have events that are not dropped yet, with the cursor and the first `limit` events of each. */
  unfolded(nodes: string[], limit: number): Promise<{ node: string; cursor: string | undefined; events: Entry[] }[]>;
  /** Writes jobs, alerts and new posts, marks the posts of jobs and alerts as changed (a post whose jobs have all ended loses its `calmUntil`), sets the cursor, drops the events that were read; false (and nothing written) when the cursor is not at `from`. A job that is not known is left out, unless its post comes with it. */
  fold(write: Fold): Promise<boolean>;
  /** Resolves at once while any event of these nodes is not dropped, so that none can be missed between `unfolded` and this call (who waits must fold all it was given); otherwise with the next event, after `withinMs`, on abort or on close. */
  waitForEvents(nodes: string[], withinMs: number, signal: AbortSignal): Promise<void>;

  /** Writes an alert that is new, or whose state is another one than before, with its posts, and marks all its posts as changed; false when it changes nothing. */
  raise(write: Raise): Promise<boolean>;
  /** Stores what somebody said about an alert's condition and marks all its posts as changed; undefined when there is no such alert. */
  handle(write: Handle): Promise<Alert | undefined>;
  /** Newest first; with `open` only those that are not resolved. */
  alerts(filter: { open?: boolean; limit: number }): Promise<Alert[]>;
  /** Alerts by their whole ids; unknown ones are left out. */
  alertsById(ids: string[]): Promise<Alert[]>;
  /** What was last said about these conditions; those of which nothing was said are left out. */
  handlings(conditions: { node: string; fingerprint: string }[]): Promise<Handling[]>;

  /** Marks every post whose `dueAt` has passed as changed and clears its `dueAt`. */
  lapse(now: number): Promise<void>;
  /** Posts that are behind their revision, may be told now and are under nobody's lease, or under that of `by`. */
  untold(now: number, by?: string): Promise<string[]>;
  /** The earliest time at which a post has to be told or looked at; undefined when nothing is open. */
  nextDue(by?: string): Promise<number | undefined>;
  /** Takes the post for `by` until `until`; undefined when it is told, held by another, or may not be told yet. */
  lease(post: string, hold: { by: string; now: number; until: number }): Promise<Story | undefined>;
  /** Ends the lease and stores what was told. */
  told(outcome: Told): Promise<void>;

  /** The hub sends orders that belong to no job (query, cancel). */
  send(orders: OrderOut[]): Promise<void>;
  /** The latest beacons of these nodes; those that have none are left out. */
  beacons(nodes: string[]): Promise<BeaconEntry[]>;
  /** How far a node's events were folded, as the hub signed it. */
  cursor(node: string): Promise<string | undefined>;
  /** Adds lines to the audit. */
  audit(entries: AuditEntry[]): Promise<void>;
  /** Newest first; what is chained has its number. */
  audits(limit: number): Promise<AuditRecord[]>;
  /** Where the audit's chain stands, with up to `limit` entries that are not in it yet, oldest first. */
  auditTail(limit: number): Promise<AuditTail>;
  /** Chains entries; false (and nothing written) when the chain is not at `from`. */
  sealAudit(write: SealAudit): Promise<boolean>;
  /** Lines of the chain behind the number `after`, oldest first. */
  auditLines(after: number, limit: number): Promise<string[]>;
  /** Small facts the hub keeps about itself, such as the digest of the menus it has set. */
  recall(key: string): Promise<string | undefined>;
  remember(key: string, value: string): Promise<void>;
  /** The texts of a shelf by their names: records that the hub has sealed for itself. */
  shelf(shelf: string): Promise<Record<string, string>>;
  /** Changes one text of a shelf; false, and nothing written, when something else stands there. The same write a second time is true again. */
  shelve(write: Shelve): Promise<boolean>;
  /** Drops a node's orders, events, cursor and beacon. */
  clear(node: string): Promise<void>;
  /** Drops orders older than `ordersBefore`, and what is over of jobs, posts, confirms, intents, alerts and handlings older than `recordsBefore`. */
  trim(before: { ordersBefore: number; recordsBefore: number }): Promise<void>;
}

/** A node's side of the ledger: it reads its own orders, writes its own events and beacon, and nothing else. */
export interface NodeLedger {
  /** Orders of this node behind `after` (`0`: from the beginning); waits up to `blockMs` for the first (0: not at all). Answers with none when nothing came, on abort and on close. */
  orders(node: string, after: string, blockMs: number, signal: AbortSignal): Promise<Entry[]>;
  /** Appends sealed events of this node, in order. */
  append(node: string, tokens: string[]): Promise<void>;
  /** How far the hub says that it has folded this node's events, as it signed it. */
  cursor(node: string): Promise<string | undefined>;
  setBeacon(node: string, token: string): Promise<void>;
  /** The latest beacons of siblings; those that have none are left out. */
  beacons(nodes: string[]): Promise<BeaconEntry[]>;
  /** Resolves when the ledger answers. */
  ping(): Promise<void>;
}

/** What hub and agents share. An adapter passes `test/ledger/contract.ts`. */
export interface Ledger extends HubLedger, NodeLedger {
  close(): Promise<void>;
}
