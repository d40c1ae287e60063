import { z } from 'zod';
import type { Ledger } from '../port.ts';
import { findRecords } from './found.ts';
import { HANDLINGS } from './lua/alerts.ts';
import { Closed, openJobs } from './opening.ts';
import { Nothing } from './reply.ts';
import type { Safe } from './safe.ts';
import type { Scripts } from './scripts.ts';
import { defineScript } from './scripts.ts';

// Compared as text and not as a pattern, so that no character of what was typed means anything.
const NEWEST = defineScript(`
local bodies, from, limit = {}, 0, tonumber(A.limit)
while #bodies < limit do
  local page = redis.call('ZREVRANGE', P .. 'jobs', from, from + 999)
  if #page == 0 then break end
  for _, member in ipairs(page) do
    local id = string.sub(member, 16)
    if #bodies < limit and string.sub(id, 1, #A.id) == A.id then
      bodies[#bodies + 1] = { id, redis.call('HGET', P .. 'job:' .. id, 'body') or '' }
    end
  end
  from = from + 1000
end
return bodies
`);

const TRIM = defineScript(
  HANDLINGS,
  `
local function forgetJobs(post)
  for _, id in ipairs(redis.call('SMEMBERS', P .. 'own:' .. post)) do
    local member = redis.call('HGET', P .. 'job:' .. id, 'member')
    if member then redis.call('ZREM', P .. 'jobs', member) end
    redis.call('DEL', P .. 'job:' .. id)
  end
  redis.call('DEL', P .. 'jobs:' .. post, P .. 'own:' .. post)
end

local function forget(id, alert)
  local links = redis.call('HMGET', P .. 'post:' .. id, 'intent', 'confirm', 'campaign')
  forgetJobs(id)
  if links[1] then redis.call('DEL', P .. 'intent:' .. links[1]) end
  -- A copy of a question goes without it.
  local confirm = links[2] and P .. 'confirm:' .. links[2]
  if confirm and redis.call('HGET', confirm, 'post') == id then
    redis.call('DEL', confirm)
    if links[3] then
      redis.call('DEL', P .. 'campaign:' .. links[3])
      redis.call('ZREM', P .. 'campaigns', links[3] .. ' ' .. id)
    end
  end
  if alert then redis.call('SREM', P .. 'shown:' .. alert, id) end
  for _, index in ipairs({ 'posts', 'untold', 'due' }) do redis.call('ZREM', P .. index, id) end
  redis.call('DEL', P .. 'post:' .. id)
end

for _, node in ipairs(redis.call('SMEMBERS', P .. 'nodes')) do
  redis.call('XTRIM', P .. 'orders:' .. node, 'MINID', A.ordersBefore)
end
for _, id in ipairs(redis.call('ZRANGEBYSCORE', P .. 'posts', '-inf', '(' .. A.recordsBefore)) do
  local alert = redis.call('HGET', P .. 'post:' .. id, 'alert')
  local isOpen = redis.call('EXISTS', P .. 'open:' .. id) == 1
    or (alert and redis.call('HGET', P .. 'alert:' .. alert, 'state') == 'open')
  if not isOpen then forget(id, alert) end
end
redis.call('ZREMRANGEBYSCORE', P .. 'campaigns', '-inf', '(' .. A.recordsBefore)
for _, member in ipairs(redis.call('ZRANGEBYSCORE', P .. 'alerts', '-inf', '(' .. A.recordsBefore)) do
  local id = string.sub(member, 16)
  if redis.call('HGET', P .. 'alert:' .. id, 'state') ~= 'open' and redis.call('EXISTS', P .. 'shown:' .. id) == 0 then
    redis.call('ZREM', P .. 'alerts', member)
    redis.call('DEL', P .. 'alert:' .. id)
  end
end
for _, condition in ipairs(redis.call('ZRANGEBYSCORE', P .. 'handlings', '-inf', '(' .. A.recordsBefore)) do
  local alert = redis.call('HGET', P .. 'handling:' .. condition, 'alert')
  if redis.call('EXISTS', P .. 'alert:' .. (alert or '')) == 0 then dropHandling(condition) end
end
`,
);

const JobsReply = z.array(Closed);

/** Looking jobs up, and letting go of what is over: that frees memory, so it works when Redis is full. */
export function createJobs(deps: { scripts: Scripts; safe: Safe }): Pick<Ledger, 'jobs' | 'jobsById' | 'trim'> {
  const { scripts, safe } = deps;
  return {
    jobs: async ({ id = '', limit }) => {
      const closed = await scripts.run(NEWEST, JobsReply, { id, limit: String(limit) }, 'harmless');
      return openJobs(safe, closed).filter((job) => job.id.startsWith(id));
    },

    jobsById: async (ids) => openJobs(safe, await findRecords(scripts, 'job', ids)),

    trim: async ({ ordersBefore, recordsBefore }) => {
      const argument = { ordersBefore: String(Math.max(0, ordersBefore)), recordsBefore: String(recordsBefore) };
      await scripts.run(TRIM, Nothing, argument, 'harmless');
    },
  };
}
