import { z } from 'zod';
import type { Ledger } from '../port.ts';
import { AuditEntry } from '../records.ts';
import type { Line } from './line.ts';
import { AUDIT } from './lua/jobs.ts';
import { packAudit } from './records.ts';
import type { ReadReply } from './reply.ts';
import { jsonOf, Nothing } from './reply.ts';
import type { Scripts } from './scripts.ts';
import { defineScript } from './scripts.ts';

type Slice = Pick<Ledger, 'audit' | 'audits' | 'recall' | 'remember' | 'beacons' | 'setBeacon' | 'ping'>;

const WRITE_DOWN = defineScript(AUDIT, 'audit(A.audit)');
const AuditReply = z.array(jsonOf(AuditEntry));

/** What is only written down and read back: the audit, the hub's small facts and the beacons. */
export function createLogbook(deps: { line: Line; scripts: Scripts; readReply: ReadReply; prefix: string }): Slice {
  const { line, scripts, readReply, prefix } = deps;
  const beaconKey = (node: string) => `${prefix}beacon:${node}`;
  return {
    audit: async (entries) => {
      if (entries.length > 0) await scripts.run(WRITE_DOWN, Nothing, { audit: packAudit(entries) });
    },
    audits: async (limit) => {
      if (limit < 1) return [];
      const lines = await line.act((redis) => redis.lrange(`${prefix}audit`, 0, limit - 1), 'harmless');
      return readReply(AuditReply, lines);
    },

    recall: async (key) => (await line.act((redis) => redis.hget(`${prefix}facts`, key), 'harmless')) ?? undefined,
    remember: async (key, value) => {
      await line.act((redis) => redis.hset(`${prefix}facts`, key, value), 'harmless');
    },

    beacons: async (nodes) => {
      if (nodes.length === 0) return [];
      const tokens = await line.act((redis) => redis.mget(nodes.map(beaconKey)), 'harmless');
      return nodes.flatMap((node, i) => {
        const token = tokens[i];
        return typeof token === 'string' ? [{ node, token }] : [];
      });
    },
    setBeacon: async (node, token) => {
      await line.act((redis) => redis.set(beaconKey(node), token), 'harmless');
    },

    ping: async () => {
      await line.act((redis) => redis.ping(), 'harmless');
    },
  };
}
