import { z } from 'zod';
import type { Ledger } from '../port.ts';
import type { EventWait } from './eventWait.ts';
import type { Line } from './line.ts';
import { ALERTS } from './lua/alerts.ts';
import { AUDIT, JOBS } from './lua/jobs.ts';
import { POSTS } from './lua/posts.ts';
import { parsePosition } from './orders.ts';
import { packAlert, packAudit, packJob, packPost } from './records.ts';
import { Entries, Flag } from './reply.ts';
import type { Safe } from './safe.ts';
import type { Scripts } from './scripts.ts';
import { defineScript } from './scripts.ts';

interface Deps {
  line: Line;
  scripts: Scripts;
  safe: Safe;
  eventWait: EventWait;
  prefix: string;
}

const UNFOLDED = defineScript(`
local found = {}
for _, node in ipairs(A.nodes) do
  local events = redis.call('XRANGE', P .. 'events:' .. node, '-', '+', 'COUNT', A.limit)
  if #events > 0 then found[#found + 1] = { node, redis.call('GET', P .. 'cursor:' .. node) or '', events } end
end
return found
`);

const FOLD = defineScript(
  POSTS,
  JOBS,
  ALERTS,
  AUDIT,
  `
if redis.call('GET', P .. 'cursor:' .. A.node) ~= (A.from or false) then return 0 end
local brought = {}
for _, post in ipairs(A.posts) do brought[post.id] = true end
for _, job in ipairs(A.jobs) do
  if brought[job.post] then addJob(job)
  elseif redis.call('EXISTS', P .. 'job:' .. job.id) == 1 then changeJob(job) end
end
for _, alert in ipairs(A.alerts) do putAlert(alert) end
for _, id in ipairs(A.changed) do touch(id) end
addPosts(A.posts)
if A.to then redis.call('SET', P .. 'cursor:' .. A.node, A.to) end
redis.call('XTRIM', P .. 'events:' .. A.node, 'MINID', A.through)
redis.call('XDEL', P .. 'events:' .. A.node, A.through)
audit(A.audit)
return 1
`,
);

const UnfoldedReply = z.array(
  z
    .tuple([z.string(), z.string(), Entries])
    .transform(([node, cursor, events]) => ({ node, cursor: cursor === '' ? undefined : cursor, events })),
);

/** Events from the node that appends them to the hub that folds them. */
export function createFolding(deps: Deps): Pick<Ledger, 'append' | 'cursor' | 'unfolded' | 'fold' | 'waitForEvents'> {
  const { line, scripts, safe, eventWait, prefix } = deps;
  return {
    // The node's user may append and do nothing else: a pipeline, since MULTI would be one right more. What is sent again is known by its number.
    append: async (node, tokens) => {
      const key = `${prefix}events:${node}`;
      await line.act(async (redis) => {
        const answers = await redis.pipeline(tokens.map((token) => ['xadd', key, '*', 'token', token])).exec();
        for (const [error] of answers ?? []) if (error) throw error;
      });
    },

    cursor: async (node) => (await line.act((redis) => redis.get(`${prefix}cursor:${node}`), 'harmless')) ?? undefined,

    unfolded: async (nodes, limit) =>
      await scripts.run(UNFOLDED, UnfoldedReply, { nodes, limit: String(limit) }, 'harmless'),

    fold: async ({ node, from, to, through, jobs, alerts, posts, audit }) => {
      const changed = new Set([...jobs.map((job) => job.post), ...alerts.flatMap((alert) => alert.posts)]);
      const argument = {
        node,
        ...{ from, to },
        through: parsePosition(through),
        jobs: jobs.map((job) => packJob(safe, job)),
        alerts: alerts.map((alert) => packAlert(safe, alert)),
        changed: [...changed],
        posts: posts.map((post) => packPost(safe, post)),
        audit: packAudit(safe, audit),
      };
      return await scripts.run(FOLD, Flag, argument, 'harmless');
    },

    waitForEvents: async (nodes, withinMs, signal) => await eventWait.wait(nodes, withinMs, signal),
  };
}
