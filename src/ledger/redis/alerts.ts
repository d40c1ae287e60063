import { z } from 'zod';
import type { Ledger } from '../port.ts';
import { findRecords } from './found.ts';
import { ALERTS, HANDLINGS } from './lua/alerts.ts';
import { AUDIT, JOBS } from './lua/jobs.ts';
import { POSTS } from './lua/posts.ts';
import { Closed, openAlerts, openHandlings } from './opening.ts';
import { conditionKey, packAlert, packAudit, packHandling, packPost } from './records.ts';
import { Flag } from './reply.ts';
import type { Safe } from './safe.ts';
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
local isWhole, posts = pcall(cjson.decode, alert[3] or '')
for _, id in ipairs(isWhole and posts or {}) do
  local post = redis.call('HMGET', P .. 'post:' .. id, 'body', 'messageMark')
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
  local id = string.sub(member, 16)
  bodies[#bodies + 1] = { id, redis.call('HGET', P .. 'alert:' .. id, 'body') or '' }
end
return bodies
`);

const AlertReply = z.string().nullable();
const AlertsReply = z.array(Closed);

type Slice = Pick<Ledger, 'raise' | 'handle' | 'alerts' | 'alertsById' | 'handlings'>;

/** What went wrong by itself, and what people said about it. */
export function createAlerts({ scripts, safe }: { scripts: Scripts; safe: Safe }): Slice {
  return {
    raise: async ({ alert, posts, audit }) => {
      const argument = {
        alert: packAlert(safe, alert),
        posts: posts.map((post) => packPost(safe, post)),
        audit: packAudit(safe, audit),
      };
      return await scripts.run(RAISE, Flag, argument, 'harmless');
    },

    handle: async ({ alert, handling, quietUntil = 0, audit }) => {
      const argument = {
        alert,
        handling: handling && packHandling(safe, handling),
        quietUntil: String(quietUntil),
        audit: packAudit(safe, audit),
      };
      return openAlerts(safe, [[alert, (await scripts.run(HANDLE, AlertReply, argument)) ?? '']])[0];
    },

    alerts: async ({ open = false, limit }) => {
      if (limit < 1) return [];
      const which = { open: open ? 'open' : undefined, last: String(limit - 1) };
      const alerts = openAlerts(safe, await scripts.run(NEWEST, AlertsReply, which, 'harmless'));
      return open ? alerts.filter(({ state }) => state === 'open') : alerts;
    },

    alertsById: async (ids) => openAlerts(safe, await findRecords(scripts, 'alert', ids)),
    handlings: async (conditions) => {
      const keys = conditions.map((condition) => conditionKey(safe, condition));
      return openHandlings(safe, await findRecords(scripts, 'handling', keys));
    },
  };
}
