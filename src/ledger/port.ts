import type { Alert, AuditEntry, AuditRecord, Handling, Job, Story } from './records.ts';
import type {
  Advance,
  Ask,
  AuditTail,
  BeaconEntry,
  Entry,
  Fold,
  Handle,
  OrderOut,
  Press,
  Pressed,
  Raise,
  Resolve,
  SealAudit,
  Shelve,
  Told,
} from './writes.ts';

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
