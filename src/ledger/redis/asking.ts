import { z } from 'zod';
import type { Ledger } from '../port.ts';
import { AUDIT, JOBS, ORDERS } from './lua/jobs.ts';
import { POSTS, STORY } from './lua/posts.ts';
import { packAudit, packConfirm, packJob, packOrders, packPost, packSaid, StoryReply, textOf } from './records.ts';
import type { Scripts } from './scripts.ts';
import { defineScript } from './scripts.ts';

/** Lua: what was said to a question: its JSON, and what scripts look at. */
const SAID = `
local function putSaid(id, said)
  if said then redis.call('HSET', P .. 'confirm:' .. id, 'said', said.body, 'turn', said.turn, 'copies', said.copies) end
end
`;

const ASK = defineScript(
  SAID,
  POSTS,
  JOBS,
  ORDERS,
  AUDIT,
  `
local known = redis.call('GET', P .. 'intent:' .. A.intent)
if known then return { 'known', known } end
redis.call('SET', P .. 'intent:' .. A.intent, A.post.id)
addPost(A.post)
for _, job in ipairs(A.jobs) do addJob(job) end
local confirm = A.confirm
if confirm then
  redis.call('HSET', P .. 'confirm:' .. confirm.id, 'body', confirm.body, 'post', confirm.post, 'state', confirm.state,
    'jobs', confirm.jobs, 'operator', confirm.operator, 'expiresAt', confirm.expiresAt)
  putSaid(confirm.id, confirm.said)
end
send(A.orders, A.at)
audit(A.audit)
return { 'fresh', A.post.id }
`,
);

const PRESS = defineScript(
  SAID,
  POSTS,
  JOBS,
  ORDERS,
  AUDIT,
  `
local confirmKey = P .. 'confirm:' .. A.confirm
local confirm = redis.call('HMGET', confirmKey, 'post', 'operator', 'state', 'expiresAt', 'turn', 'copies')
local id = confirm[1]
if not id or redis.call('EXISTS', P .. 'post:' .. id) == 0 then return 'unknown' end
if A.operator ~= confirm[2] and not A.approver then return 'not yours' end
local copies = confirm[6] and cjson.decode(confirm[6]) or {}
local place
for _, post in ipairs({ id, unpack(copies) }) do
  if not place and redis.call('HGET', P .. 'post:' .. post, 'chat') == A.chat then place = post end
end
local message = place and redis.call('HGET', P .. 'post:' .. place, 'message')
if not place or (A.message and message and A.message ~= message) then return 'elsewhere' end
if confirm[3] ~= 'open' then return confirm[3] == A.answer and 'again' or 'answered' end
if A.said and A.said.before ~= (confirm[5] or '0') then return 'changed' end
if tonumber(A.now) >= tonumber(confirm[4]) then return 'expired' end
redis.call('HSET', confirmKey, 'state', A.state, 'jobs', A.ids, 'expiresAt', A.expiresAt or confirm[4])
putSaid(A.confirm, A.said)
if A.message then redis.call('HSET', P .. 'post:' .. place, 'message', A.message) end
redis.call('HSET', P .. 'post:' .. id, 'calmUntil', A.calmUntil)
redis.call('HINCRBY', P .. 'post:' .. id, 'revision', 1)
for _, job in ipairs(A.jobs) do
  redis.call('RPUSH', P .. 'jobs:' .. id, job.id)
  addJob(job)
end
setDue(id, A.dueAt)
mark(id)
for _, copy in ipairs(copies) do
  if redis.call('EXISTS', P .. 'post:' .. copy) == 1 then
    redis.call('HSET', P .. 'post:' .. copy, 'calmUntil', '0')
    redis.call('HINCRBY', P .. 'post:' .. copy, 'revision', 1)
    setDue(copy)
    mark(copy)
  end
end
addPosts(A.posts)
send(A.orders, A.at)
audit(A.audit)
return 'taken'
`,
);

const QUESTION = defineScript(
  STORY,
  `
local post = redis.call('HGET', P .. 'confirm:' .. A.id, 'post')
return post and story(post, A.id)
`,
);

const AskReply = z
  .tuple([z.enum(['fresh', 'known']), z.string()])
  .transform(([how, post]) => ({ fresh: how === 'fresh', post }));
const PressReply = z.enum(['taken', 'changed', 'again', 'answered', 'expired', 'not yours', 'elsewhere', 'unknown']);

/** How an intent gets into the ledger once, and how a question is answered once. */
export function createAsking(deps: {
  scripts: Scripts;
  now: () => number;
}): Pick<Ledger, 'ask' | 'press' | 'question'> {
  const { scripts, now } = deps;
  return {
    ask: async ({ intent, post, jobs, orders, confirm, audit }) => {
      const argument = {
        intent,
        post: packPost(post, intent),
        jobs: jobs.map(packJob),
        orders: packOrders(orders),
        confirm: confirm && packConfirm(confirm),
        audit: packAudit(audit),
        at: String(now()),
      };
      return await scripts.run(ASK, AskReply, argument, 'harmless');
    },

    press: async (press) => {
      const isYes = press.answer === 'yes';
      const jobs = isYes ? press.jobs : [];
      const argument = {
        confirm: press.confirm,
        answer: press.answer,
        state: press.answer === 'more' ? 'open' : press.answer,
        operator: String(press.operator),
        approver: press.approver ? 'yes' : undefined,
        chat: String(press.chat),
        message: textOf(press.message),
        said: press.said && packSaid(press.said),
        expiresAt: textOf(press.expiresAt),
        posts: (press.posts ?? []).map((post) => packPost(post)),
        now: String(press.now),
        ids: JSON.stringify(jobs.map((job) => job.id)),
        jobs: jobs.map(packJob),
        orders: packOrders(isYes ? press.orders : []),
        dueAt: textOf(press.dueAt),
        calmUntil: String(press.calmUntil ?? 0),
        audit: packAudit(press.audit),
        at: String(now()),
      };
      return await scripts.run(PRESS, PressReply, argument, 'harmless');
    },

    question: async (id) => await scripts.run(QUESTION, StoryReply, { id }, 'harmless'),
  };
}
