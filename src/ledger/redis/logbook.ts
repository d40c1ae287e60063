import { z } from 'zod';
import type { Ledger } from '../port.ts';
import type { Line } from './line.ts';
import type { Safe } from './safe.ts';

type Slice = Pick<Ledger, 'recall' | 'remember' | 'beacons' | 'setBeacon' | 'ping'>;

/** What is only written down and read back: the hub's small facts and the beacons. */
export function createLogbook({ line, safe, prefix }: { line: Line; safe: Safe; prefix: string }): Slice {
  const factKey = (key: string) => safe.mark(`fact ${key}`);
  const beaconKey = (node: string) => `${prefix}beacon:${node}`;
  return {
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
