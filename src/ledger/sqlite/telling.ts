import { z } from 'zod';
import type { Ledger } from '../port.ts';
import { Post } from '../records.ts';
import type { Told } from '../writes.ts';
import type { Database } from './database.ts';
import type { Tables } from './records.ts';
import { bodyOf, findStory, hasEnded, IdRow } from './records.ts';

const PostRow = bodyOf(Post);
const TimeRow = z.object({ at: z.number().nullable() });

/** Which posts Telegram has to be told about, by whom, and what came of it. */
export function createTelling({
  db,
  tables,
}: {
  db: Database;
  tables: Tables;
}): Pick<Ledger, 'story' | 'lapse' | 'untold' | 'nextDue' | 'lease' | 'told'> {
  return {
    story: async (id) => db.read(() => findStory(tables, id)),

    lapse: async (now) =>
      db.write(() => {
        for (const post of db.all(PostRow, 'SELECT body FROM post WHERE due_at <= ?', now))
          tables.posts.change({ ...post, revision: post.revision + 1, dueAt: undefined });
      }),

    untold: async (now, by = '') => db.read(() => db.all(IdRow, UNTOLD, by, now).map((row) => row.id)),

    nextDue: async (by = '') => db.read(() => db.get(TimeRow, NEXT_DUE, by)?.at ?? undefined),

    lease: async (id, { by, now, until }) =>
      db.write(() => (db.run(LEASE, by, until, id, now, by, now) === 1 ? findStory(tables, id) : undefined)),

    told: async (outcome) =>
      db.write(() => {
        const post = tables.posts.find(outcome.post);
        if (!post) return;
        // The end may have come while an earlier revision was being told: the calm after that must not hold it back.
        if (db.run(END_LEASE, post.id, outcome.by) === 1) {
          const settled = settle(post, outcome);
          tables.posts.change(hasEnded(db, post.id) ? { ...settled, calmUntil: 0 } : settled);
        } else if (post.message === undefined) tables.posts.change({ ...post, message: outcome.message });
      }),
  };
}

const UNTOLD = `SELECT id FROM post
  WHERE told < revision AND max(not_before, calm_until, iif(lease_by IS ?, 0, lease_until)) <= ? ORDER BY created_at, id`;
const NEXT_DUE = `SELECT min(at) AS at FROM (
  SELECT max(not_before, calm_until, iif(lease_by IS ?, 0, lease_until)) AS at FROM post WHERE told < revision
  UNION ALL SELECT due_at FROM post WHERE due_at IS NOT NULL)`;
const LEASE = `UPDATE post SET lease_by = ?, lease_until = ?
  WHERE id = ? AND told < revision AND max(not_before, calm_until) <= ? AND (lease_by = ? OR lease_until <= ?)`;
const END_LEASE = 'UPDATE post SET lease_by = NULL, lease_until = 0 WHERE id = ? AND lease_by = ?';

function settle(post: Post, { revision, message, notBefore, calmUntil, dueAt, extras }: Told): Post {
  const learned = {
    ...post,
    message: message ?? post.message,
    notBefore: notBefore ?? post.notBefore,
    calmUntil: calmUntil ?? post.calmUntil,
    extras: [...new Set([...post.extras, ...(extras ?? [])])],
  };
  return revision === undefined ? learned : { ...learned, told: Math.max(post.told, revision), dueAt };
}
