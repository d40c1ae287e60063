import { z } from 'zod';
import type { Ledger } from '../port.ts';
import { AuditEntry } from '../records.ts';
import type { Line } from './line.ts';
import { AUDIT } from './lua/jobs.ts';
import { packAudit } from './records.ts';
import type { ReadReply } from './reply.ts';
import { Nothing } from './reply.ts';
import type { Safe } from './safe.ts';
import type { Scripts } from './scripts.ts';
import { defineScript } from './scripts.ts';

type Slice = Pick<Ledger, 'audit' | 'audits' | 'recall' | 'remember' | 'beacons' | 'setBeacon' | 'ping'>;

const WRITE_DOWN = defineScript(AUDIT, 'audit(A.audit)');
const AuditReply = z.array(z.string());

/** What is only written down and read back: the audit, the hub's small facts and the beacons. */
export function createLogbook(deps: {
  line: Line;
  scripts: Scripts;
  safe: Safe;
  readReply: ReadReply;
  prefix: string;
}): Slice {
  const { line, scripts, safe, readReply, prefix } = deps;
  const factKey = (key: string) => safe.mark(`fact ${key}`);
  const beaconKey = (node: string) => `${prefix}beacon:${node}`;
  return {
    audit: async (entries) => {
      if (entries.length > 0) await scripts.run(WRITE_DOWN, Nothing, { audit: packAudit(safe, entries) });
    },
    audits: async (limit) => {
      if (limit < 1) return [];
      const lines = await line.act((redis) => redis.lrange(`${prefix}audit`, 0, limit - 1), 'harmless');
      return readReply(AuditReply, lines).flatMap((text) => safe.open('audit', text, AuditEntry) ?? []);
    },

    recall: async (key) => {
      const field = factKey(key);
      const text = await line.act((redis) => redis.hget(`${prefix}facts`, field), 'harmless');
      return safe.open(`fact:${key}`, text ?? undefined, z.string());
    },
    remember: async (key, value) => {
      const [field, text] = [factKey(key), safe.close(`fact:${key}`, value)];
      await line.act((redis) => redis.hset(`${prefix}facts`, field, text), 'harmless');
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
