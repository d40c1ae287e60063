/** Lua: work of several nodes, by the time it was asked for while it is not over. */
export const CAMPAIGNS = `
local function putCampaign(campaign)
  redis.call('HSET', P .. 'campaign:' .. campaign.id, 'body', campaign.body, 'turn', campaign.turn)
  if campaign.open then redis.call('ZADD', P .. 'campaigns', campaign.createdAt, campaign.id .. ' ' .. campaign.post)
  else redis.call('ZREM', P .. 'campaigns', campaign.id .. ' ' .. campaign.post) end
end
`;
