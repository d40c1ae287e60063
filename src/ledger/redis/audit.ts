import { z } from 'zod';
import type { Ledger } from '../port.ts';
import { AuditEntry, AuditLine } from '../records.ts';
import { AUDIT } from './lua/jobs.ts';
import { packAudit, textOf } from './records.ts';
import { Flag, jsonOf, Nothing } from './reply.ts';
import type { Scripts } from './scripts.ts';
import { defineScript } from './scripts.ts';

/** Lua: the chain that is current; each is a stream of its own, whose positions are the numbers of its lines. */
const CHAIN = `
local function chainKey() return P .. 'chain:' .. (redis.call('HGET', P .. 'chain-state', 'chain') or '') end
local function linesOf(entries)
  local lines = {}
  for _, entry in ipairs(entries) do lines[#lines + 1] = entry[2][2] end
  return lines
end
`;

const WRITE_DOWN = defineScript(AUDIT, 'audit(A.audit)');

const NEWEST = defineScript(
  CHAIN,
  `
local loose = redis.call('LRANGE', P .. 'audit', 0, tonumber(A.limit) - 1)
local rest = tonumber(A.limit) - #loose
if rest < 1 then return { loose, {} } end
return { loose, linesOf(redis.call('XREVRANGE', chainKey(), '+', '-', 'COUNT', rest)) }
`,
);

const TAIL = defineScript(
  CHAIN,
  `
local loose = redis.call('LRANGE', P .. 'audit', -tonumber(A.limit), -1)
return { redis.call('HGET', P .. 'chain-state', 'state') or '', redis.call('XLEN', chainKey()), loose }
`,
);

const SEAL = defineScript(`
if redis.call('HGET', P .. 'chain-state', 'state') ~= (A.from or false) then return 0 end
local key, after = P .. 'chain:' .. A.chain, tonumber(A.after)
for i, line in ipairs(A.lines) do redis.call('XADD', key, string.format('%d-0', after + i), 'line', line) end
redis.call('LTRIM', P .. 'audit', 0, -1 - tonumber(A.taken))
redis.call('HSET', P .. 'chain-state', 'chain', A.chain, 'state', A.state)
if A.keepFrom then redis.call('XTRIM', key, 'MINID', A.keepFrom .. '-0') end
return 1
`);

const LINES = defineScript(
  CHAIN,
  `return linesOf(redis.call('XRANGE', chainKey(), A.from .. '-0', '+', 'COUNT', A.limit))`,
);

const NewestReply = z
  .tuple([z.array(jsonOf(AuditEntry)), z.array(jsonOf(AuditLine))])
  .transform(([loose, chained]) => [...loose, ...chained]);
const TailReply = z
  .tuple([z.string(), z.number(), z.array(jsonOf(AuditEntry))])
  .transform(([state, count, newest]) => ({ state: state || undefined, count, loose: newest.reverse() }));

/** The audit: entries wait in a list until the hub chains them. */
export function createAudit({
  scripts,
}: {
  scripts: Scripts;
}): Pick<Ledger, 'audit' | 'audits' | 'auditTail' | 'sealAudit' | 'auditLines'> {
  return {
    audit: async (entries) => {
      if (entries.length > 0) await scripts.run(WRITE_DOWN, Nothing, { audit: packAudit(entries) });
    },
    audits: async (limit) =>
      limit < 1 ? [] : await scripts.run(NEWEST, NewestReply, { limit: String(limit) }, 'harmless'),
    auditTail: async (limit) => await scripts.run(TAIL, TailReply, { limit: String(limit) }, 'harmless'),
    // Not harmless twice: the second time it would say that somebody else was faster, and the next tick goes on from there.
    sealAudit: async ({ from, state, chain, after, lines, taken, dropThrough }) =>
      await scripts.run(SEAL, Flag, {
        ...{ from, state, chain, lines, after: String(after), taken: String(taken) },
        keepFrom: textOf(dropThrough === undefined ? undefined : dropThrough + 1),
      }),
    auditLines: async (after, limit) =>
      await scripts.run(LINES, z.array(z.string()), { from: String(after + 1), limit: String(limit) }, 'harmless'),
  };
}
