import type { Ledger } from '../port.ts';
import type { Handling, Post } from '../records.ts';
import { Alert, Handling as HandlingSchema } from '../records.ts';
import { putAudit } from './audit.ts';
import type { Database } from './database.ts';
import type { Tables } from './records.ts';
import { bodyOf, touchPost } from './records.ts';

const AlertRow = bodyOf(Alert);

type Slice = Pick<Ledger, 'raise' | 'handle' | 'alerts' | 'alertsById' | 'handlings'>;

/** What went wrong by itself, and what people said about it. */
export function createAlerts({ db, tables }: { db: Database; tables: Tables }): Slice {
  return {
    raise: async ({ alert, posts, audit }) =>
      db.write(() => {
        if (tables.alerts.find(alert.id)?.state === alert.state) return false;
        putAlert(tables, alert);
        for (const id of alert.posts) touchPost(db, tables, id);
        addPosts(tables, posts);
        putAudit(db, audit);
        return true;
      }),

    handle: async ({ alert: id, handling, quietUntil = 0, audit }) =>
      db.write(() => {
        const alert = tables.alerts.find(id);
        if (!alert) return undefined;
        putHandling(db, alert, handling);
        for (const post of alert.posts) quieten(db, tables, post, quietUntil);
        putAudit(db, audit);
        return alert;
      }),

    alerts: async ({ open = false, limit }) => db.read(() => db.all(AlertRow, open ? OPEN : NEWEST, limit)),

    alertsById: async (ids) =>
      db.read(() => ids.map((id) => tables.alerts.find(id)).filter((alert) => alert !== undefined)),

    handlings: async (conditions) =>
      db.read(() =>
        conditions
          .map(({ node, fingerprint }) => tables.handling(node, fingerprint))
          .filter((handling) => handling !== undefined),
      ),
  };
}

/** Writes an alert over the one of the same id; to be used within a transaction. */
export function putAlert({ alerts }: Tables, alert: Alert): void {
  if (!alerts.change(alert)) alerts.add(alert);
}

/** Adds the posts that are not known yet; to be used within a transaction. */
export function addPosts({ posts }: Tables, fresh: readonly Post[]): void {
  for (const post of fresh) if (!posts.find(post.id)) posts.add(post);
}

const NEWEST = 'SELECT body FROM alert ORDER BY opened_at DESC, rowid DESC LIMIT ?';
const OPEN = "SELECT body FROM alert WHERE state = 'open' ORDER BY opened_at DESC, rowid DESC LIMIT ?";

function putHandling(db: Database, { node, fingerprint }: Alert, handling: Handling | undefined): void {
  db.run('DELETE FROM handling WHERE node = ? AND fingerprint = ?', node, fingerprint);
  if (!handling) return;
  const body = JSON.stringify(HandlingSchema.parse(handling));
  db.run('INSERT INTO handling (node, fingerprint, body) VALUES (?, ?, ?)', node, fingerprint, body);
}

function quieten(db: Database, tables: Tables, id: string, notBefore: number): void {
  const post = tables.posts.find(id);
  if (post && post.message === undefined) tables.posts.change({ ...post, notBefore });
  touchPost(db, tables, id);
}
