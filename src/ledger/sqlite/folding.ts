import { z } from 'zod';
import type { Ledger } from '../port.ts';
import { addPosts, putAlert } from './alerts.ts';
import { putAudit } from './audit.ts';
import type { Bell } from './bell.ts';
import type { Database } from './database.ts';
import { EntryRow, parsePosition } from './orders.ts';
import type { Tables } from './records.ts';
import { touchPost } from './records.ts';

interface Deps {
  db: Database;
  tables: Tables;
  bell: Bell;
}

const CursorRow = z.object({ body: z.string() });
const WaitingRow = z.object({ position: z.number() });

/** Events from the node that appends them to the hub that folds them. */
export function createFolding({
  db,
  tables,
  bell,
}: Deps): Pick<Ledger, 'append' | 'cursor' | 'unfolded' | 'fold' | 'waitForEvents'> {
  const findCursor = (node: string) => db.get(CursorRow, 'SELECT body FROM cursor WHERE node = ?', node)?.body;
  const firstEvents = 'SELECT position, token FROM event WHERE node = ? ORDER BY position LIMIT ?';

  const firstEvent = 'SELECT position FROM event WHERE node = ? LIMIT 1';

  return {
    append: async (node, tokens) => {
      db.write(() => {
        for (const token of tokens) db.run('INSERT INTO event (node, token) VALUES (?, ?)', node, token);
      });
      if (tokens.length > 0) bell.ring('events');
    },

    cursor: async (node) => db.read(() => findCursor(node)),

    unfolded: async (nodes, limit) =>
      db.read(() =>
        nodes
          .map((node) => ({ node, cursor: findCursor(node), events: db.all(EntryRow, firstEvents, node, limit) }))
          .filter(({ events }) => events.length > 0),
      ),

    fold: async ({ node, from, to, through, jobs, alerts, posts, audit }) =>
      db.write(() => {
        if (findCursor(node) !== from) return false;
        for (const job of jobs)
          if (!tables.jobs.change(job) && posts.some(({ id }) => id === job.post)) tables.jobs.add(job);
        for (const alert of alerts) putAlert(tables, alert);
        const changed = [...jobs.map((job) => job.post), ...alerts.flatMap((alert) => alert.posts)];
        for (const id of new Set(changed)) touchPost(db, tables, id);
        addPosts(tables, posts);
        if (to) db.run('INSERT OR REPLACE INTO cursor (node, body) VALUES (?, ?)', node, to);
        db.run('DELETE FROM event WHERE node = ? AND position <= ?', node, parsePosition(through));
        putAudit(db, audit);
        return true;
      }),

    // Between the look and the wait there is no await: an event can come before or after, never between.
    waitForEvents: async (nodes, withinMs, signal) => {
      const waiting = db.read(() => nodes.some((node) => db.get(WaitingRow, firstEvent, node)));
      if (!waiting) await bell.wait('events', withinMs, signal);
    },
  };
}
