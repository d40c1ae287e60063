import { z } from 'zod';
import type { Ledger } from '../port.ts';
import { CAMPAIGNS } from './lua/campaigns.ts';
import { AUDIT, JOBS, ORDERS } from './lua/jobs.ts';
import { POSTS, STORY } from './lua/posts.ts';
import { openStory, StoryReply } from './opening.ts';
import {
  markChat,
  markOperator,
  packAnswer,
  packAudit,
  packCampaign,
  packConfirm,
  packJob,
  packOrders,
  packPost,
  packPressed,
  packResolved,
  packSaid,
  packUntil,
  textOf,
} from './records.ts';
import type { Safe } from './safe.ts';
import type { Scripts } from './scripts.ts';
import { defineScript } from './scripts.ts';

/** Lua: what was said to a question, and what scripts look at. */
const SAID = `
local function putSaid(id, said)
  if said then redis.call('HSET', P .. 'confirm:' .. id, 'said', said.body, 'turn', said.turn, 'copies', said.copies) end
end
`;

const ASK = defineScript(
  SAID,
  CAMPAIGNS,
  POSTS,
  JOBS,
  ORDERS,
  AUDIT,
  `
local known = redis.call('GET', P .. 'intent:' .. A.intent)
if known then return { 'known', known } end
redis.call('SET', P .. 'intent:' .. A.intent, A.post.id)
putPost(A.post)
for _, job in ipairs(A.jobs) do addJob(job) end
local confirm = A.confirm
if confirm then
  redis.call('HSET', P .. 'confirm:' .. confirm.id, 'body', confirm.body, 'post', confirm.post, 'state', confirm.state,
    'answer', confirm.answer, 'operator', confirm.operator, 'expiresAt', confirm.expiresAt)
  putSaid(confirm.id, confirm.said)
end
if A.campaign then putCampaign(A.campaign) end
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
local isWhole, copies = pcall(cjson.decode, confirm[6] or '[]')
if not isWhole then copies = {} end
local place
for _, post in ipairs({ id, unpack(copies) }) do
  if not place and redis.call('HGET', P .. 'post:' .. post, 'chat') == A.chat then place = post end
end
local message = place and redis.call('HGET', P .. 'post:' .. place, 'messageMark')
if not place or (A.messageMark and message and A.messageMark ~= message) then return 'elsewhere' end
if confirm[3] ~= 'open' then return confirm[3] == A.answer and 'again' or 'answered' end
if A.said and A.said.before ~= (confirm[5] or '0') then return 'changed' end
if tonumber(A.now) >= tonumber(num(confirm[4])) then return 'expired' end
redis.call('HSET', confirmKey, 'state', A.state, 'answer', A.given, 'expiresAt', A.expiresAt or num(confirm[4]))
if A['until'] then redis.call('HSET', confirmKey, 'until', A['until']) end
putSaid(A.confirm, A.said)
if A.pressed then redis.call('HSET', P .. 'post:' .. place, 'pressed', A.pressed, 'messageMark', A.messageMark) end
redis.call('HSET', P .. 'post:' .. id, 'calmUntil', A.calmUntil)
bump(P .. 'post:' .. id)
showJobs(id, A.jobs)
setDue(id, A.dueAt)
mark(id)
for _, copy in ipairs(copies) do
  if redis.call('EXISTS', P .. 'post:' .. copy) == 1 then
    redis.call('HSET', P .. 'post:' .. copy, 'calmUntil', '0')
    bump(P .. 'post:' .. copy)
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

const RESOLVE = defineScript(
  POSTS,
  AUDIT,
  `
local key = P .. 'post:' .. A.post
if redis.call('EXISTS', key) == 0 then return 'unknown' end
if redis.call('HSETNX', key, 'resolved', A.resolved) == 0 then return 'again' end
redis.call('HINCRBY', key, 'revision', 1)
mark(A.post)
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

const ResolveReply = z.enum(['taken', 'again', 'unknown']);

/** How an intent gets into the ledger once, and how a question is answered once. */
export function createAsking(deps: {
  scripts: Scripts;
  safe: Safe;
  now: () => number;
}): Pick<Ledger, 'ask' | 'press' | 'question' | 'resolve'> {
  const { scripts, safe, now } = deps;
  return {
    ask: async ({ intent, post, jobs, orders, confirm, campaign, audit }) => {
      const mark = safe.mark(`intent ${intent}`);
      const argument = {
        intent: mark,
        post: packPost(safe, post, mark),
        jobs: jobs.map((job) => packJob(safe, job)),
        orders: packOrders(orders),
        confirm: confirm && packConfirm(safe, confirm),
        campaign: campaign && packCampaign(safe, campaign),
        audit: packAudit(safe, audit),
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
        operator: markOperator(safe, press.confirm, press.operator),
        approver: press.approver ? 'yes' : undefined,
        chat: markChat(safe, press.chat),
        ...packPressed(safe, press),
        said: press.said && packSaid(safe, press.confirm, press.said),
        ...packUntil(safe, press.confirm, press.expiresAt),
        posts: (press.posts ?? []).map((post) => packPost(safe, post)),
        now: String(press.now),
        given: packAnswer(safe, press.confirm, {
          state: press.answer === 'more' ? 'open' : press.answer,
          jobs: jobs.map((job) => job.id),
        }),
        jobs: jobs.map((job) => packJob(safe, job)),
        orders: packOrders(isYes ? press.orders : []),
        dueAt: textOf(press.dueAt),
        calmUntil: String(press.calmUntil ?? 0),
        audit: packAudit(safe, press.audit),
        at: String(now()),
      };
      return await scripts.run(PRESS, PressReply, argument, 'harmless');
    },

    resolve: async ({ post, operator, at, audit }) => {
      const argument = { post, resolved: packResolved(safe, post, { operator, at }), audit: packAudit(safe, audit) };
      return await scripts.run(RESOLVE, ResolveReply, argument, 'harmless');
    },

    question: async (id) =>
      openStory(safe, { question: id }, await scripts.run(QUESTION, StoryReply, { id }, 'harmless')),
  };
}
