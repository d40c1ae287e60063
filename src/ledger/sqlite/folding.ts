import { z } from 'zod';
import type { Ledger } from '../port.ts';
import { Cursor } from '../records.ts';
import type { Bell } from './bell.ts';
import type { Database } from './database.ts';
import { putAudit } from './logbook.ts';
import { EntryRow, parsePosition } from './orders.ts';
import type { Tables } from './records.ts';
import { bodyOf, hasEnded } from './records.ts';

interface Deps {
  db: Database;
  tables: Tables;
  bell: Bell;
}

const CursorRow = bodyOf(Cursor);
const NodeRow = z.object({ node: z.string() });

/** Events from the node that appends them to the hub that folds them. */
export function createFolding({
  db,
  tables,
  bell,
}: Deps): Pick<Ledger, 'append' | 'cursor' | 'unfolded' | 'fold' | 'waitForEvents'> {
  const findCursor = (node: string) => db.get(CursorRow, 'SELECT body FROM cursor WHERE node = ?', node);
  const firstEvents = 'SELECT position, token FROM event WHERE node = ? ORDER BY position LIMIT ?';

  return {
    append: async (node, tokens) => {
      db.write(() => {
        for (const token of tokens) db.run('INSERT INTO event (node, token) VALUES (?, ?)', node, token);
      });
      if (tokens.length > 0) bell.ring('events');
    },

    cursor: async (node) => db.read(() => findCursor(node)),

    unfolded: async (limit) =>
      db.read(() =>
        db.all(NodeRow, 'SELECT DISTINCT node FROM event ORDER BY node').map(({ node }) => ({
          node,
          cursor: findCursor(node),
          events: db.all(EntryRow, firstEvents, node, limit),
        })),
      ),

    fold: async ({ node, from, to, through, jobs, audit }) =>
      db.write(() => {
        if (!isSame(findCursor(node), from)) return false;
        for (const job of jobs) tables.jobs.change(job);
        for (const id of new Set(jobs.map((job) => job.post))) touch(db, tables, id);
        if (to) setCursor(db, node, to);
        db.run('DELETE FROM event WHERE node = ? AND position <= ?', node, parsePosition(through));
        putAudit(db, audit);
        return true;
      }),

    // Between the look and the wait there is no await: an event can come before or after, never between.
    waitForEvents: async (withinMs, signal) => {
      const [waiting] = db.read(() => db.all(NodeRow, 'SELECT node FROM event LIMIT 1'));
      if (!waiting) await bell.wait('events', withinMs, signal);
    },
  };
}

function touch(db: Database, { posts }: Tables, id: string): void {
  const post = posts.find(id);
  if (!post) return;
  posts.change({ ...post, revision: post.revision + 1, calmUntil: hasEnded(db, id) ? 0 : post.calmUntil });
}

function setCursor(db: Database, node: string, to: Cursor): void {
  db.run('INSERT OR REPLACE INTO cursor (node, body) VALUES (?, ?)', node, JSON.stringify(Cursor.parse(to)));
}

function isSame(a: Cursor | undefined, b: Cursor | undefined): boolean {
  return a?.log === b?.log && a?.seq === b?.seq;
}
