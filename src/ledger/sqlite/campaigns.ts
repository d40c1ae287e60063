import { Campaign } from '../campaign.ts';
import type { Ledger } from '../port.ts';
import { putAudit } from './audit.ts';
import type { Bell } from './bell.ts';
import type { Database } from './database.ts';
import { putOrders, ringOrders } from './orders.ts';
import type { Tables } from './records.ts';
import { bodyOf, findStory, hasEnded } from './records.ts';

const CampaignRow = bodyOf(Campaign);
const OPEN = "SELECT body FROM campaign WHERE stage <> 'over' ORDER BY created_at, id LIMIT ?";

/** Work of several nodes, turn by turn. */
export function createCampaigns(deps: {
  db: Database;
  tables: Tables;
  bell: Bell;
  now: () => number;
}): Pick<Ledger, 'campaigns' | 'advance'> {
  const { db, tables, bell, now } = deps;
  return {
    campaigns: async (limit) =>
      db.read(() => db.all(CampaignRow, OPEN, limit).flatMap(({ post }) => findStory(tables, post) ?? [])),

    advance: async ({ campaign, jobs, orders, dueAt, audit }) => {
      const taken = db.write(() => {
        const post = tables.posts.find(campaign.post);
        if (!post || tables.campaigns.find(campaign.id)?.turn !== campaign.turn - 1) return false;
        tables.campaigns.change(campaign);
        for (const job of jobs) tables.jobs.add(job);
        const calmUntil = hasEnded(db, post.id) ? 0 : post.calmUntil;
        const all = [...post.jobs, ...jobs.map(({ id }) => id)];
        tables.posts.change({ ...post, jobs: all, revision: post.revision + 1, dueAt, calmUntil });
        putOrders(db, orders, now());
        putAudit(db, audit);
        return true;
      });
      if (taken) ringOrders(bell, orders);
      return taken;
    },
  };
}
