/** Lua: posts. Whatever is behind its revision is in `untold`, whatever has to be looked at is in `due`. */
export const POSTS = `
local function mark(id)
  local post = redis.call('HMGET', P .. 'post:' .. id, 'revision', 'told', 'createdAt')
  if tonumber(num(post[2])) < tonumber(num(post[1])) then redis.call('ZADD', P .. 'untold', num(post[3]), id)
  else redis.call('ZREM', P .. 'untold', id) end
end

local function setDue(id, at)
  if at then
    redis.call('HSET', P .. 'post:' .. id, 'dueAt', at)
    redis.call('ZADD', P .. 'due', at, id)
  else
    redis.call('HDEL', P .. 'post:' .. id, 'dueAt')
    redis.call('ZREM', P .. 'due', id)
  end
end

local function bump(key)
  local done = redis.pcall('HINCRBY', key, 'revision', 1)
  if type(done) == 'table' and done.err then redis.call('HSET', key, 'revision', 1, 'told', 0) end
end

local function hasEnded(id) return redis.call('EXISTS', P .. 'open:' .. id) == 0 end

local function touch(id)
  local key = P .. 'post:' .. id
  if redis.call('EXISTS', key) == 0 then return end
  bump(key)
  if hasEnded(id) then redis.call('HSET', key, 'calmUntil', '0') end
  mark(id)
end

local function putPost(post)
  redis.call('HSET', P .. 'post:' .. post.id, unpack(post.fields))
  redis.call('DEL', P .. 'jobs:' .. post.id)
  for _, job in ipairs(post.jobs) do redis.call('RPUSH', P .. 'jobs:' .. post.id, job) end
  redis.call('ZADD', P .. 'posts', post.createdAt, post.id)
  if post.alert then redis.call('SADD', P .. 'shown:' .. post.alert, post.id) end
  setDue(post.id, post.dueAt)
  mark(post.id)
end

local function addPosts(posts)
  for _, post in ipairs(posts) do
    if redis.call('EXISTS', P .. 'post:' .. post.id) == 0 then putPost(post) end
  end
end
`;

/** Lua: a post with its jobs in their order, its confirm, its campaign, and its alert with what was said about it; empty where there is none. */
export const STORY = `
local function story(id, question)
  local key = P .. 'post:' .. id
  local post = redis.call('HGETALL', key)
  if #post == 0 then return false end
  local ids, jobs = redis.call('LRANGE', P .. 'jobs:' .. id, 0, -1), {}
  for _, job in ipairs(ids) do
    jobs[#jobs + 1] = redis.call('HGET', P .. 'job:' .. job, 'body') or ''
  end
  local confirm, campaign, alert, handling = {}, false, false, false
  local links = redis.call('HMGET', key, 'confirm', 'alert', 'campaign')
  question = question or links[1]
  if question then confirm = redis.call('HGETALL', P .. 'confirm:' .. question) end
  if links[3] then campaign = redis.call('HGET', P .. 'campaign:' .. links[3], 'body') end
  if links[2] then
    local found = redis.call('HMGET', P .. 'alert:' .. links[2], 'body', 'condition')
    alert = found[1]
    if found[2] then handling = redis.call('HGET', P .. 'handling:' .. found[2], 'body') end
  end
  return { post, ids, jobs, confirm, alert or '', handling or '', campaign or '' }
end
`;
