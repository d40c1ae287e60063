/** Lua: alerts, by the time they opened, and the open ones once more by themselves. Needs JOBS for their places. */
export const ALERTS = `
local function putAlert(alert)
  local key = P .. 'alert:' .. alert.id
  local member = redis.call('HGET', key, 'member') or placed(alert.id)
  redis.call('HSET', key, 'body', alert.body, 'state', alert.state, 'posts', alert.postsJson,
    'condition', alert.condition, 'member', member)
  redis.call('ZADD', P .. 'alerts', alert.openedAt, member)
  if alert.state == 'open' then redis.call('ZADD', P .. 'open-alerts', alert.openedAt, member)
  else redis.call('ZREM', P .. 'open-alerts', member) end
end
`;

/** Lua: what people say about conditions. */
export const HANDLINGS = `
local function dropHandling(condition)
  redis.call('DEL', P .. 'handling:' .. condition)
  redis.call('ZREM', P .. 'handlings', condition)
end

local function putHandling(handling)
  redis.call('HSET', P .. 'handling:' .. handling.condition, 'body', handling.body, 'alert', handling.alert)
  redis.call('ZADD', P .. 'handlings', handling.at, handling.condition)
end
`;
