import { z } from 'zod';
import type { Ledger } from '../port.ts';
import { Alert, Handling } from '../records.ts';
import { findRecords } from './found.ts';
import { ALERTS, HANDLINGS } from './lua/alerts.ts';
import { AUDIT, JOBS } from './lua/jobs.ts';
import { POSTS } from './lua/posts.ts';
import { conditionKey, packAlert, packAudit, packHandling, packPost } from './records.ts';
import { Flag, jsonOf } from './reply.ts';
import type { Scripts } from './scripts.ts';
import { defineScript } from './scripts.ts';

const RAISE = defineScript(
  POSTS,
  JOBS,
  ALERTS,
  AUDIT,
  `
if redis.call('HGET', P .. 'alert:' .. A.alert.id, 'state') == A.alert.state then return 0 end
putAlert(A.alert)
for _, id in ipairs(A.alert.posts) do touch(id) end
addPosts(A.posts)
audit(A.audit)
return 1
`,
);

const HANDLE = defineScript(
  POSTS,
  HANDLINGS,
  AUDIT,
  `
local alert = redis.call('HMGET', P .. 'alert:' .. A.alert, 'body', 'condition', 'posts')
if not alert[1] then return false end
-- A put in place of the old goes first, so that a full Redis refuses all of it.
if A.handling then putHandling(A.handling) end
if not A.handling or A.handling.condition ~= alert[2] then dropHandling(alert[2]) end
for _, id in ipairs(cjson.decode(alert[3])) do
  local post = redis.call('HMGET', P .. 'post:' .. id, 'chat', 'message')
  if post[1] and not post[2] then redis.call('HSET', P .. 'post:' .. id, 'notBefore', A.quietUntil) end
  touch(id)
end
audit(A.audit)
return alert[1]
`,
);

const NEWEST = defineScript(`
local bodies = {}
for _, member in ipairs(redis.call('ZREVRANGE', P .. (A.open and 'open-alerts' or 'alerts'), 0, A.last)) do
  bodies[#bodies + 1] = redis.call('HGET', P .. 'alert:' .. string.sub(member, 16), 'body')
end
return bodies
`);

const AlertReply = jsonOf(Alert);
const AlertsReply = z.array(AlertReply);
const HandlingsReply = z.array(jsonOf(Handling));

type Slice = Pick<Ledger, 'raise' | 'handle' | 'alerts' | 'alertsById' | 'handlings'>;

/** What went wrong by itself, and what people said about it. */
export function createAlerts({ scripts }: { scripts: Scripts }): Slice {
  return {
    raise: async ({ alert, posts, audit }) => {
      const argument = {
        alert: packAlert(alert),
        posts: posts.map((post) => packPost(post)),
        audit: packAudit(audit),
      };
      return await scripts.run(RAISE, Flag, argument, 'harmless');
    },

    handle: async ({ alert, handling, quietUntil = 0, audit }) => {
      const argument = {
        alert,
        handling: handling && packHandling(handling),
        quietUntil: String(quietUntil),
        audit: packAudit(audit),
      };
      return (await scripts.run(HANDLE, AlertReply.nullable(), argument)) ?? undefined;
    },

    alerts: async ({ open = false, limit }) =>
      limit < 1
        ? []
        : await scripts.run(
            NEWEST,
            AlertsReply,
            { open: open ? 'open' : undefined, last: String(limit - 1) },
            'harmless',
          ),

    alertsById: async (ids) => await findRecords(scripts, AlertsReply, 'alert', ids),
    handlings: async (conditions) =>
      await findRecords(scripts, HandlingsReply, 'handling', conditions.map(conditionKey)),
  };
}
