import { createRandom } from '../../random.ts';
import type { Point } from '../points.ts';

/** The nodes that keep a share each, in the order in which they are asked. */
export const HOLDERS = ['alpha', 'beta', 'delta', 'gamma', 'omega'] as const;
export type Holder = (typeof HOLDERS)[number];

/** A process that ends with -9 the nth time it passes a point; the next life begins at once. */
export interface Kill {
  who: 'hub' | Holder;
  point: Point;
  occurrence: number;
}

/** What goes wrong while a Vault is opened. */
export interface Trial {
  kind: string;
  kills: Kill[];
  /** Nodes that are not there, from the beginning or from the first share on, until it is over: dead, or frozen. */
  down: { nodes: Holder[]; from: 'the beginning' | 'the first share'; frozen: boolean };
  /** The node whose share is a wrong one. */
  wrong?: Holder;
  /** A node stands still, or the Vault answers late, for so many ms from so many shares on. */
  late?: { who: Holder | 'vault'; ms: number; after: number };
  /** The Vault is restarted, or somebody gives a share by hand, once so many were given. */
  vault?: { what: 'restarted' | 'somebody else'; after: number };
  declined?: true;
  /** How the seal has to be in the end. */
  ends: 'open' | 'sealed';
}

/** So often each kind stands in 200 trials. */
const COUNTS = {
  nothing: 6,
  'two nodes down': 24,
  'a node gone midway': 8,
  'agent killed': 40,
  'hub killed': 44,
  'agent and hub killed': 12,
  'a wrong share': 16,
  late: 16,
  'Vault restarted': 14,
  'somebody else opens it': 12,
  'three nodes down': 4,
  declined: 4,
} as const;
type Kind = keyof typeof COUNTS;
export const KINDS = Object.keys(COUNTS) as Kind[];

/** How often each is passed while one node plans and gives. */
const AGENT_CALLS = {
  'seals.give': 1,
  'journal.accept': 2,
  'journal.start': 1,
  'journal.begin': 1,
  'journal.finish': 2,
  'ledger.append': 4,
} as const;
/** How often each is passed while three nodes are asked: `advance` is a turn of the campaign. */
const HUB_CALLS = { 'ledger.ask': 1, 'ledger.press': 2, 'ledger.fold': 4, 'ledger.told': 4 } as const;
const TURNS = 5;

/** Trials of all kinds in the shares that they have in 200, as the seed has them. */
export function planUnseals(count: number, seed: number): Trial[] {
  const random = createRandom(seed);
  const all = KINDS.flatMap((kind) => Array.from({ length: COUNTS[kind] }, () => kind));
  for (let i = all.length - 1; i > 0; i -= 1) {
    const other = random.below(i + 1);
    [all[i], all[other]] = [all[other] ?? 'nothing', all[i] ?? 'nothing'];
  }
  return Array.from({ length: count }, (_, i) => drawUnseal(all[i % all.length] ?? 'nothing', seed * 1_000_003 + i));
}

/** One trial of a kind; the same seed draws the same. */
export function drawUnseal(kind: Kind, seed: number): Trial {
  const random = createRandom(seed);
  const plain: Trial = { kind, kills: [], down: { nodes: [], from: 'the beginning', frozen: false }, ends: 'open' };
  const some = (count: number) => {
    const left: Holder[] = [...HOLDERS];
    return Array.from({ length: count }, () => left.splice(random.below(left.length), 1)).flat();
  };
  // The first three are asked when nothing is in their way.
  const asked = () => random.pick(HOLDERS.slice(0, 3));
  const point = (call: string): Point => `${call}:${random.pick(['before', 'after'] as const)}` as Point;
  const killed = (who: Kill['who'], [call, times]: [string, number]): Kill => ({
    ...{ who, point: point(call), occurrence: 1 + random.below(times) },
  });
  const agent = () => killed(asked(), random.pick(Object.entries(AGENT_CALLS)));
  const hub = () =>
    killed('hub', random.chance(60) ? ['ledger.advance', TURNS] : random.pick(Object.entries(HUB_CALLS)));
  const down = (nodes: Holder[], from: Trial['down']['from']) => ({ nodes, from, frozen: random.chance(50) });
  const draws: Record<Kind, () => Partial<Trial>> = {
    nothing: () => ({}),
    'two nodes down': () => ({ down: down(some(2), 'the beginning') }),
    'a node gone midway': () => ({ down: down([random.pick(HOLDERS.slice(1, 3))], 'the first share') }),
    'agent killed': () => ({ kills: [agent()] }),
    'hub killed': () => ({ kills: random.chance(30) ? [hub(), hub()] : [hub()] }),
    'agent and hub killed': () => ({ kills: [agent(), hub()] }),
    'a wrong share': () => ({ wrong: random.pick(HOLDERS) }),
    late: () => {
      const who = random.pick([...HOLDERS.slice(0, 3), 'vault' as const]);
      // Some answers of the Vault come after the node has stopped waiting.
      return { late: { who, ms: 300 + random.below(who === 'vault' ? 4_000 : 2_500), after: random.below(3) } };
    },
    'Vault restarted': () => ({ vault: { what: 'restarted', after: 1 + random.below(2) } }),
    'somebody else opens it': () => ({ vault: { what: 'somebody else', after: random.below(3) } }),
    'three nodes down': () => ({ down: down(some(3), 'the beginning'), ends: 'sealed' }),
    declined: () => ({ declined: true, ends: 'sealed' }),
  };
  return { ...plain, ...draws[kind]() };
}
