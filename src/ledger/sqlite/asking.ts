import { z } from 'zod';
import type { Ledger, Press, Pressed } from '../port.ts';
import type { Confirm, Post } from '../records.ts';
import { putAudit } from './audit.ts';
import type { Bell } from './bell.ts';
import type { Database } from './database.ts';
import { putOrders, ringOrders } from './orders.ts';
import type { Tables } from './records.ts';
import { findStory } from './records.ts';

interface Deps {
  db: Database;
  tables: Tables;
  bell: Bell;
  now: () => number;
}

const IntentRow = z.object({ post: z.string() });

/** How an intent gets into the ledger once, and how a question is answered once. */
export function createAsking({ db, tables, bell, now }: Deps): Pick<Ledger, 'ask' | 'press' | 'question'> {
  return {
    ask: async (write) => {
      const answer = db.write(() => {
        const known = db.get(IntentRow, 'SELECT post FROM intent WHERE key = ?', write.intent);
        if (known) return { fresh: false, post: known.post };
        db.run('INSERT INTO intent (key, post) VALUES (?, ?)', write.intent, write.post.id);
        tables.posts.add(write.post);
        for (const job of write.jobs) tables.jobs.add(job);
        if (write.confirm) tables.confirms.add(write.confirm);
        putOrders(db, write.orders, now());
        putAudit(db, write.audit);
        return { fresh: true, post: write.post.id };
      });
      if (answer.fresh) ringOrders(bell, write.orders);
      return answer;
    },

    press: async (write) => {
      const pressed = db.write(() => {
        const confirm = tables.confirms.find(write.confirm);
        const post = confirm && tables.posts.find(confirm.post);
        if (!confirm || !post) return 'unknown';
        const answer = judge(confirm, post, write);
        if (answer !== 'taken') return answer;
        const jobs = write.answer === 'yes' ? write.jobs : [];
        const ids = jobs.map((job) => job.id);
        tables.confirms.change({ ...confirm, state: write.answer, jobs: ids });
        tables.posts.change({
          ...post,
          jobs: [...post.jobs, ...ids],
          message: write.message,
          revision: post.revision + 1,
          dueAt: write.dueAt,
          calmUntil: write.calmUntil ?? 0,
        });
        for (const job of jobs) tables.jobs.add(job);
        if (write.answer === 'yes') putOrders(db, write.orders, now());
        putAudit(db, write.audit);
        return answer;
      });
      if (pressed === 'taken' && write.answer === 'yes') ringOrders(bell, write.orders);
      return pressed;
    },

    question: async (id) =>
      db.read(() => {
        const confirm = tables.confirms.find(id);
        const story = confirm && findStory(tables, confirm.post);
        return story && { ...story, confirm };
      }),
  };
}

function judge(confirm: Confirm, post: Post, press: Press): Pressed {
  if (press.operator !== confirm.operator.id) return 'not yours';
  if (press.chat !== post.chat) return 'elsewhere';
  if (post.message !== undefined && press.message !== post.message) return 'elsewhere';
  if (confirm.state !== 'open') return confirm.state === press.answer ? 'again' : 'answered';
  return press.now >= confirm.expiresAt ? 'expired' : 'taken';
}
