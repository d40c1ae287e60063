/** Lua: jobs, and what has no id of its own. The jobs that name a post are a set, and the open ones another: when that is gone, all have ended. */
export const JOBS = `
local function placed(id) return string.format('%015d', redis.call('INCR', P .. 'count')) .. id end

local function changeJob(job)
  redis.call('HSET', P .. 'job:' .. job.id, 'body', job.body)
  redis.call(job.open and 'SADD' or 'SREM', P .. 'open:' .. job.post, job.id)
end

local function addJob(job)
  changeJob(job)
  local key = P .. 'job:' .. job.id
  local member = redis.call('HGET', key, 'member') or placed(job.id)
  redis.call('HSET', key, 'member', member)
  redis.call('ZADD', P .. 'jobs', job.askedAt, member)
  redis.call('SADD', P .. 'own:' .. job.post, job.id)
end

-- A job that is known was begun by what this record has forgotten: it goes on where it is.
local function showJobs(post, jobs)
  for _, job in ipairs(jobs) do
    if redis.call('EXISTS', P .. 'job:' .. job.id) == 0 then
      redis.call('RPUSH', P .. 'jobs:' .. post, job.id)
      addJob(job)
    end
  end
end
`;

/** Lua: orders, by the hub's clock. A clock that is behind the stream goes on counting where the stream is. */
export const ORDERS = `
local function send(orders, at)
  for _, order in ipairs(orders) do
    local key = P .. 'orders:' .. order.node
    local sent = redis.pcall('XADD', key, at .. '-*', 'job', order.job, 'token', order.token)
    if type(sent) == 'table' and sent.err then
      if not string.find(sent.err, 'equal or smaller') then error(sent) end
      local info, last = redis.call('XINFO', 'STREAM', key), '0-0'
      for i = 1, #info, 2 do if info[i] == 'last-generated-id' then last = info[i + 1] end end
      redis.call('XADD', key, string.match(last, '%d+') .. '-*', 'job', order.job, 'token', order.token)
    end
    redis.call('SADD', P .. 'nodes', order.node)
  end
end
`;

/** Lua: entries of the audit that wait to be chained, newest first. */
export const AUDIT = `
local function audit(entries)
  for _, entry in ipairs(entries) do redis.call('LPUSH', P .. 'audit', entry) end
end
`;
