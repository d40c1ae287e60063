import { z } from 'zod';
import type { Ledger } from '../port.ts';
import { CAMPAIGNS } from './lua/campaigns.ts';
import { AUDIT, JOBS, ORDERS } from './lua/jobs.ts';
import { POSTS, STORY } from './lua/posts.ts';
import { openStory, StoryReply } from './opening.ts';
import { packAudit, packCampaign, packJob, packOrders, textOf } from './records.ts';
import { Flag } from './reply.ts';
import type { Safe } from './safe.ts';
import type { Scripts } from './scripts.ts';
import { defineScript } from './scripts.ts';

const OPEN = defineScript(
  STORY,
  `
local found = {}
for _, member in ipairs(redis.call('ZRANGE', P .. 'campaigns', 0, tonumber(A.limit) - 1)) do
  local post = string.match(member, ' (.*)$') or ''
  found[#found + 1] = { post, story(post) }
end
return found
`,
);

const ADVANCE = defineScript(
  CAMPAIGNS,
  POSTS,
  JOBS,
  ORDERS,
  AUDIT,
  `
local campaign = A.campaign
local id = campaign.post
if redis.call('EXISTS', P .. 'post:' .. id) == 0 then return 0 end
if redis.call('HGET', P .. 'campaign:' .. campaign.id, 'turn') ~= campaign.before then return 0 end
putCampaign(campaign)
showJobs(id, A.jobs)
touch(id)
setDue(id, A.dueAt)
mark(id)
send(A.orders, A.at)
audit(A.audit)
return 1
`,
);

const OpenReply = z.array(z.tuple([z.string(), StoryReply]));

/** Work of several nodes, turn by turn. */
export function createCampaigns(deps: {
  scripts: Scripts;
  safe: Safe;
  now: () => number;
}): Pick<Ledger, 'campaigns' | 'advance'> {
  const { scripts, safe, now } = deps;
  return {
    campaigns: async (limit) => {
      const found = await scripts.run(OPEN, OpenReply, { limit: String(limit) }, 'harmless');
      return found.flatMap(([post, answer]) => openStory(safe, { post }, answer) ?? []);
    },

    // A second time it finds its own turn there, and changes nothing.
    advance: async ({ campaign, jobs, orders, dueAt, audit }) => {
      const argument = {
        campaign: packCampaign(safe, campaign),
        jobs: jobs.map((job) => packJob(safe, job)),
        orders: packOrders(orders),
        dueAt: textOf(dueAt),
        audit: packAudit(safe, audit),
        at: String(now()),
      };
      return await scripts.run(ADVANCE, Flag, argument, 'harmless');
    },
  };
}
