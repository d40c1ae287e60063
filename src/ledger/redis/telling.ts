import { z } from 'zod';
import type { Ledger } from '../port.ts';
import { POSTS, STORY } from './lua/posts.ts';
import { openStory, StoryReply } from './opening.ts';
import { packMessage, textOf } from './records.ts';
import { Nothing } from './reply.ts';
import type { Safe } from './safe.ts';
import type { Scripts } from './scripts.ts';
import { defineScript } from './scripts.ts';

/** Lua: the time from which a post may be told by somebody: times are compared as numbers and kept as the texts they are. */
const READY = `
local function latest(...)
  local last = '0'
  for _, time in ipairs({ ... }) do if tonumber(num(time)) > tonumber(last) then last = num(time) end end
  return last
end

local function readyAt(id, by)
  local post = redis.call('HMGET', P .. 'post:' .. id, 'notBefore', 'calmUntil', 'leaseUntil', 'leaseBy')
  return latest(post[1], post[2], post[4] ~= by and post[3])
end
`;

const STORY_OF = defineScript(STORY, 'return story(A.id)');

const LAPSE = defineScript(
  POSTS,
  `
for _, id in ipairs(redis.call('ZRANGEBYSCORE', P .. 'due', '-inf', A.now)) do
  bump(P .. 'post:' .. id)
  setDue(id)
  mark(id)
end
`,
);

const UNTOLD = defineScript(
  READY,
  `
local ids = {}
for _, id in ipairs(redis.call('ZRANGE', P .. 'untold', 0, -1)) do
  if tonumber(readyAt(id, A.by)) <= tonumber(A.now) then ids[#ids + 1] = id end
end
return ids
`,
);

const NEXT_DUE = defineScript(
  READY,
  `
local next = redis.call('ZRANGE', P .. 'due', 0, 0, 'WITHSCORES')[2]
for _, id in ipairs(redis.call('ZRANGE', P .. 'untold', 0, -1)) do
  local at = readyAt(id, A.by)
  if not next or tonumber(at) < tonumber(next) then next = at end
end
return next
`,
);

const LEASE = defineScript(
  READY,
  STORY,
  `
if not redis.call('ZSCORE', P .. 'untold', A.id) then return false end
if tonumber(readyAt(A.id, A.by)) > tonumber(A.now) then return false end
redis.call('HSET', P .. 'post:' .. A.id, 'leaseBy', A.by, 'leaseUntil', A['until'])
return story(A.id)
`,
);

// What Telegram shows by now has to be stored even when Redis is full, or it would be sent again: so the first write is one that frees.
const TOLD = defineScript(
  POSTS,
  `
local key = P .. 'post:' .. A.post
local post = redis.call('HMGET', key, 'leaseBy', 'body', 'messageMark', 'extras', 'told')
if not post[2] then return end
if post[1] ~= A.by then
  if A.message and not post[3] then redis.call('HSET', key, 'message', A.message, 'messageMark', A.messageMark) end
  return
end
redis.call('HDEL', key, 'leaseBy', 'leaseUntil')
for _, name in ipairs({ 'message', 'messageMark', 'notBefore', 'calmUntil' }) do
  if A[name] then redis.call('HSET', key, name, A[name]) end
end
-- The end may have come while an earlier revision was being told: the calm after that must not hold it back.
if hasEnded(A.post) then redis.call('HSET', key, 'calmUntil', '0') end
local extras = post[4] or ''
for _, extra in ipairs(A.extras) do
  if not string.find(' ' .. extras .. ' ', ' ' .. extra .. ' ', 1, true) then extras = extras .. ' ' .. extra end
end
redis.call('HSET', key, 'extras', extras)
if A.revision then
  if tonumber(A.revision) > tonumber(num(post[5])) then redis.call('HSET', key, 'told', A.revision) end
  setDue(A.post, A.dueAt)
end
mark(A.post)
`,
);

// A post that does not open cannot be told: it is looked at again when it changes.
const PASS_OVER = defineScript(`
redis.call('ZREM', P .. 'untold', A.id)
redis.call('ZREM', P .. 'due', A.id)
`);

// Schemas are made once: zod compiles each at its first use.
const Ids = z.array(z.string());
const Due = z
  .string()
  .nullable()
  .transform((at) => (at === null ? undefined : Number(at)));

/** Which posts Telegram has to be told about, by whom, and what came of it. */
export function createTelling({
  scripts,
  safe,
}: {
  scripts: Scripts;
  safe: Safe;
}): Pick<Ledger, 'story' | 'lapse' | 'untold' | 'nextDue' | 'lease' | 'told'> {
  return {
    story: async (id) => openStory(safe, { post: id }, await scripts.run(STORY_OF, StoryReply, { id }, 'harmless')),
    lapse: async (now) => await scripts.run(LAPSE, Nothing, { now: String(now) }, 'harmless'),
    untold: async (now, by = '') => await scripts.run(UNTOLD, Ids, { now: String(now), by }, 'harmless'),
    nextDue: async (by = '') => await scripts.run(NEXT_DUE, Due, { by }, 'harmless'),

    lease: async (id, { by, now, until }) => {
      const hold = { id, by, now: String(now), until: String(until) };
      const answer = await scripts.run(LEASE, StoryReply, hold, 'harmless');
      const story = openStory(safe, { post: id }, answer);
      if (answer && !story) await scripts.run(PASS_OVER, Nothing, { id }, 'harmless');
      return story;
    },

    told: async ({ post, by, revision, message, notBefore, dueAt, calmUntil, extras = [] }) => {
      const argument = {
        post,
        by,
        revision: textOf(revision),
        ...(message === undefined ? {} : packMessage(safe, post, message)),
        notBefore: textOf(notBefore),
        dueAt: textOf(dueAt),
        calmUntil: textOf(calmUntil),
        extras,
      };
      await scripts.run(TOLD, Nothing, argument, 'harmless');
    },
  };
}
