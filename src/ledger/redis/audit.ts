import { z } from 'zod';
import type { Ledger } from '../port.ts';
import { AuditEntry, AuditLine } from '../records.ts';
import { AUDIT } from './lua/jobs.ts';
import { packAudit, textOf } from './records.ts';
import { Flag, jsonOf, Nothing } from './reply.ts';
import type { Safe } from './safe.ts';
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

const Texts = z.array(z.string());
const NewestReply = z.tuple([Texts, Texts]);
const TailReply = z.tuple([z.string(), z.number(), Texts]);

/** The name of an entry that waits, and of a line that is in its place. */
const [LOOSE, LINE] = ['audit', 'audit line'];

/** The audit: entries wait in a list until the hub chains them. Entries and lines are sealed one by one. */
export function createAudit(deps: {
  scripts: Scripts;
  safe: Safe;
  now: () => number;
}): Pick<Ledger, 'audit' | 'audits' | 'auditTail' | 'sealAudit' | 'auditLines'> {
  const { scripts, safe, now } = deps;
  // One that was tampered with keeps its place, so that what waits is counted rightly and the chain tells of it.
  const looseOf = (text: string): AuditEntry =>
    safe.open(LOOSE, text, AuditEntry) ?? {
      at: now(),
      decision: 'lost',
      because: 'A line in the ledger was not ours.',
    };
  const chainedOf = (text: string): AuditEntry[] => {
    const line = safe.open(LINE, text, jsonOf(AuditLine));
    return line ? [line] : [];
  };
  return {
    audit: async (entries) => {
      if (entries.length > 0) await scripts.run(WRITE_DOWN, Nothing, { audit: packAudit(safe, entries) });
    },
    audits: async (limit) => {
      if (limit < 1) return [];
      const [loose, chained] = await scripts.run(NEWEST, NewestReply, { limit: String(limit) }, 'harmless');
      return [...loose.map(looseOf), ...chained.flatMap(chainedOf)];
    },
    auditTail: async (limit) => {
      const [state, count, newest] = await scripts.run(TAIL, TailReply, { limit: String(limit) }, 'harmless');
      return { state: state || undefined, count, loose: newest.reverse().map(looseOf) };
    },
    // Not harmless twice: the second time it would say that somebody else was faster, and the next tick goes on from there.
    sealAudit: async ({ from, state, chain, after, lines, taken, dropThrough }) =>
      await scripts.run(SEAL, Flag, {
        ...{ from, state, chain, after: String(after), taken: String(taken) },
        lines: lines.map((line) => safe.close(LINE, line)),
        keepFrom: textOf(dropThrough === undefined ? undefined : dropThrough + 1),
      }),
    // A line that does not open is handed over as it is: whoever checks the chain has to stumble over it.
    auditLines: async (after, limit) => {
      const lines = await scripts.run(LINES, Texts, { from: String(after + 1), limit: String(limit) }, 'harmless');
      return lines.map((text) => safe.open(LINE, text, z.string()) ?? text);
    },
  };
}
