import { randomBytes } from 'node:crypto';
import type { Fleet } from '../../fixtures/fleet.ts';
import { launchFleet } from '../../fixtures/fleet.ts';
import type { Cable } from './cable.ts';
import { layCable } from './cable.ts';
import { Lives } from './lives.ts';
import type { Sightings } from './record.ts';

const STAND = new URL('./stand.ts', import.meta.url).href;

/** A fleet with one hub and one agent in which trials follow one another, and what its earlier trials have left behind. */
export interface Field {
  fleet: Fleet;
  hub: Lives;
  agent: Lives;
  /** The way of each process to Redis. */
  cables: Record<'hub' | 'agent', Cable>;
  /** What the chat has shown in earlier trials, which has to stay so. */
  past: Sightings[];
  /** Jobs that somebody has pressed yes to, in this trial or an earlier one, and the message on which. */
  pressed: Map<string, number>;
  /** Secrets that are in none of its logs, by what they are. */
  secrets: Record<string, string>;
  close(): Promise<void>;
}

/** Starts a field: Redis with its AOF always, the hub behind the webhook, the agent with its workload. Everything is a process of its own. */
export async function openField(): Promise<Field> {
  const [hubPassword, nodePassword] = [randomBytes(12).toString('hex'), randomBytes(12).toString('hex')];
  const fleet = await launchFleet({ redis: { acl: usersOf(hubPassword, nodePassword) } });
  const cables = { hub: await layCable(fleet.redis.port), agent: await layCable(fleet.redis.port) };
  const close = async (): Promise<void> => {
    await fleet.close();
    await Promise.all([cables.hub.close(), cables.agent.close()]);
  };
  const as = (user: string, password: string, { port }: Cable) => ({
    REDIS_URL: `redis://${user}:${password}@127.0.0.1:${port}`,
    NODE_OPTIONS: `--import=${STAND}`,
  });
  const hub = new Lives(fleet, 'hub', as('hub', hubPassword, cables.hub));
  const agent = new Lives(fleet, 'agent', as('alpha', nodePassword, cables.agent));
  const { webhookSecret: webhook, tickSecret: tick } = fleet;
  try {
    await Promise.all([hub.begin(), agent.begin()]);
    // The boot's own start has to be on record before anything is asked.
    await fleet.until('the first start', async () => (await fleet.starts('alpha').catch(() => 0)) === 1, 60_000);
  } catch (error) {
    await close();
    throw error;
  }
  const secrets = { hubPassword, nodePassword, webhook, tick };
  return { fleet, hub, agent, cables, past: [], pressed: new Map(), secrets, close };
}

/** A user for the hub and one for the node, with the rights that the docs give them; the harness looks in as itself. */
export function usersOf(hubPassword: string, nodePassword: string): string[] {
  const node = [
    '(%R~ng:orders:alpha +xread)',
    '(%W~ng:events:alpha +xadd)',
    '(%R~ng:cursor:alpha +get)',
    '(%W~ng:beacon:alpha +set)',
    '(%R~ng:beacon:* +mget)',
  ].join(' ');
  return [
    'user default on nopass ~* &* +@all',
    `user hub on >${hubPassword} ~ng:* -@all +@read +@write +@scripting +@connection`,
    `user alpha on >${nodePassword} resetchannels -@all +ping ${node}`,
  ];
}
