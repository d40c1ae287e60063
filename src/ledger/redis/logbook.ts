import type { Ledger } from '../port.ts';
import type { Line } from './line.ts';

type Slice = Pick<Ledger, 'recall' | 'remember' | 'beacons' | 'setBeacon' | 'ping'>;

/** What is only written down and read back: the hub's small facts and the beacons. */
export function createLogbook({ line, prefix }: { line: Line; prefix: string }): Slice {
  const beaconKey = (node: string) => `${prefix}beacon:${node}`;
  return {
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
