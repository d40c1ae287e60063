import { z } from 'zod';
import type { Ledger } from '../port.ts';
import type { Confirm, Post } from '../records.ts';
import type { Press, Pressed } from '../writes.ts';
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
export function createAsking({ db, tables, bell, now }: Deps): Pick<Ledger, 'ask' | 'press' | 'question' | 'resolve'> {
  return {
    ask: async (write) => {
      const answer = db.write(() => {
        const known = db.get(IntentRow, 'SELECT post FROM intent WHERE key = ?', write.intent);
        if (known) return { fresh: false, post: known.post };
        db.run('INSERT INTO intent (key, post) VALUES (?, ?)', write.intent, write.post.id);
        tables.posts.add(write.post);
        for (const job of write.jobs) tables.jobs.add(job);
        if (write.confirm) tables.confirms.add(write.confirm);
        if (write.campaign) tables.campaigns.add(write.campaign);
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
        const copies = (confirm.said?.copies ?? []).flatMap((id) => tables.posts.find(id) ?? []);
        const place = [post, ...copies].find(({ chat }) => chat === write.chat);
        const answer = judge(confirm, place, write);
        if (answer !== 'taken') return answer;
        keep(tables, { confirm, post, copies, place }, write);
        if (write.answer === 'yes') putOrders(db, write.orders, now());
        putAudit(db, write.audit);
        return answer;
      });
      if (pressed === 'taken' && write.answer === 'yes') ringOrders(bell, write.orders);
      return pressed;
    },

    resolve: async ({ post: id, operator, at, audit }) =>
      db.write(() => {
        const post = tables.posts.find(id);
        if (!post) return 'unknown';
        if (post.resolved) return 'again';
        tables.posts.change({ ...post, resolved: { operator, at }, revision: post.revision + 1 });
        putAudit(db, audit);
        return 'taken';
      }),

    question: async (id) =>
      db.read(() => {
        const confirm = tables.confirms.find(id);
        const story = confirm && findStory(tables, confirm.post);
        return story && { ...story, confirm };
      }),
  };
}

/** A question with its posts; `place` is the one in the chat of the answer. */
interface Asked {
  confirm: Confirm;
  post: Post;
  copies: Post[];
  place: Post | undefined;
}

function keep(tables: Tables, { confirm, post, copies, place }: Asked, write: Press): void {
  const jobs = write.answer === 'yes' ? write.jobs : [];
  const ids = jobs.map((job) => job.id);
  const state = write.answer === 'more' ? 'open' : write.answer;
  const { said = confirm.said, expiresAt = confirm.expiresAt } = write;
  tables.confirms.change({ ...confirm, state, jobs: ids, said, expiresAt });
  const told = (each: Post): Post => {
    const message = each === place ? (write.message ?? each.message) : each.message;
    return { ...each, message, revision: each.revision + 1, dueAt: undefined, calmUntil: 0 };
  };
  const { dueAt, calmUntil = 0 } = write;
  tables.posts.change({ ...told(post), jobs: [...post.jobs, ...ids], dueAt, calmUntil });
  for (const copy of copies) tables.posts.change(told(copy));
  for (const copy of write.posts ?? []) if (!tables.posts.find(copy.id)) tables.posts.add(copy);
  for (const job of jobs) tables.jobs.add(job);
}

function judge(confirm: Confirm, place: Post | undefined, press: Press): Pressed {
  if (!press.approver && press.operator !== confirm.operator.id) return 'not yours';
  if (!place) return 'elsewhere';
  const { message } = press;
  if (message !== undefined && place.message !== undefined && message !== place.message) return 'elsewhere';
  if (confirm.state !== 'open') return confirm.state === press.answer ? 'again' : 'answered';
  if (press.said && press.said.turn !== (confirm.said?.turn ?? 0) + 1) return 'changed';
  return press.now >= confirm.expiresAt ? 'expired' : 'taken';
}
