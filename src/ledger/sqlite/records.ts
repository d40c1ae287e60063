import { z } from 'zod';
import { Campaign } from '../campaign.ts';
import type { Story } from '../records.ts';
import { Alert, Confirm, Handling, Job, Post } from '../records.ts';
import type { Database } from './database.ts';

/** A row with nothing but an id. */
export const IdRow = z.object({ id: z.string() });

/** Records of one kind by their id; what could not be read again is not written. */
export interface Records<T> {
  find(id: string): T | undefined;
  add(record: T): void;
  /** False when there is no such record. */
  change(record: T): boolean;
}

/** The kinds of records that have an id. To be used within a transaction. */
export interface Tables {
  posts: Records<Post>;
  jobs: Records<Job>;
  confirms: Records<Confirm>;
  campaigns: Records<Campaign>;
  alerts: Records<Alert>;
  /** What was last said about a condition. */
  handling(node: string, fingerprint: string): Handling | undefined;
}

/** The records of one open file. */
export function createTables(db: Database): Tables {
  return {
    posts: createRecords(db, 'post', Post),
    jobs: createRecords(db, 'job', Job),
    confirms: createRecords(db, 'confirm', Confirm),
    campaigns: createRecords(db, 'campaign', Campaign),
    alerts: createRecords(db, 'alert', Alert),
    handling: (node, fingerprint) =>
      db.get(HandlingRow, 'SELECT body FROM handling WHERE node = ? AND fingerprint = ?', node, fingerprint),
  };
}

/** Reads a row whose `body` is the JSON of a record. */
export function bodyOf<T>(schema: z.ZodType<T>): z.ZodType<T> {
  return z.object({ body: z.string() }).transform((row) => schema.parse(JSON.parse(row.body)));
}

const HandlingRow = bodyOf(Handling);

/** Jobs by their ids, in the order of the ids; unknown ones are left out. */
export function findJobs({ jobs }: Tables, ids: readonly string[]): Job[] {
  return ids.map((id) => jobs.find(id)).filter((job) => job !== undefined);
}

/** A post with its jobs, in their order, its confirm, its campaign, and its alert with what was said about it. */
export function findStory(tables: Tables, id: string): Story | undefined {
  const post = tables.posts.find(id);
  if (!post) return undefined;
  const confirm = post.confirm === undefined ? undefined : tables.confirms.find(post.confirm);
  const alert = post.alert === undefined ? undefined : tables.alerts.find(post.alert);
  const campaign = post.campaign === undefined ? undefined : tables.campaigns.find(post.campaign);
  const handling = alert && tables.handling(alert.node, alert.fingerprint);
  return { post, jobs: findJobs(tables, post.jobs), confirm, ...(campaign ? { campaign } : {}), alert, handling };
}

/** Marks a post as changed; one whose jobs have all ended may be told at once. */
export function touchPost(db: Database, { posts }: Tables, id: string): void {
  const post = posts.find(id);
  if (!post) return;
  posts.change({ ...post, revision: post.revision + 1, calmUntil: hasEnded(db, id) ? 0 : post.calmUntil });
}

/** Whether no job of a post is open any more. */
export function hasEnded(db: Database, post: string): boolean {
  const open = "SELECT id FROM job WHERE post = ? AND state <> 'ended' LIMIT 1";
  return db.get(IdRow, open, post) === undefined;
}

function createRecords<T extends { id: string }>(db: Database, table: string, schema: z.ZodType<T>): Records<T> {
  const row = bodyOf(schema);
  return {
    find: (id) => db.get(row, `SELECT body FROM ${table} WHERE id = ?`, id),
    add: (record) => {
      db.run(`INSERT INTO ${table} (id, body) VALUES (?, ?)`, record.id, JSON.stringify(schema.parse(record)));
    },
    change: (record) =>
      db.run(`UPDATE ${table} SET body = ? WHERE id = ?`, JSON.stringify(schema.parse(record)), record.id) === 1,
  };
}
