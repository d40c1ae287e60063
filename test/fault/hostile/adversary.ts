import type { Server } from '../../fixtures/redis.ts';
import type { Random } from '../../random.ts';
import type { Value } from './keys.ts';
import { readAll, write } from './keys.ts';

/** Values of a key that are kept to be brought back later. */
const REMEMBERED = 40;
const WORDS: [string, string][] = [
  ['"alpha"', '"beta"'],
  ['"beta"', '"alpha"'],
  ['"restart"', '"stop"'],
  ['"web"', '"db"'],
  ['"open"', '"yes"'],
  ['"failed"', '"done"'],
  ['"queued"', '"ended"'],
  ['1001', '1002'],
];

/** Somebody who holds Redis: reads all, remembers it, and changes what is there. */
export class Adversary {
  /** Mutations by their kind. */
  readonly done = new Map<string, number>();
  readonly #redis: Server;
  readonly #random: Random;
  readonly #past: Value[] = [];
  readonly #beacons = new Map<string, Value>();

  constructor(redis: Server, random: Random) {
    this.#redis = redis;
    this.#random = random;
  }

  get count(): number {
    return [...this.done.values()].reduce((sum, times) => sum + times, 0);
  }

  /** One mutation of what is there now. */
  async strike(): Promise<void> {
    const now = await readAll(this.#redis);
    this.#remember(now);
    const kind = this.#random.pick(Object.keys(this.#kinds));
    const value = this.#random.pick(now);
    if (!value) return;
    const isDone = await this.#kinds[kind]?.(value, now).catch(() => false);
    if (isDone) this.done.set(kind, (this.done.get(kind) ?? 0) + 1);
  }

  /** Lets the nodes be seen again with the first beacons that it knows: who wants to do harm needs a fleet that works. */
  async showNodes(): Promise<void> {
    if (this.#beacons.size === 0) this.#remember(await readAll(this.#redis));
    for (const beacon of this.#beacons.values()) await write(this.#redis, beacon, beacon.key);
  }

  async flush(): Promise<void> {
    await this.#redis.ask('FLUSHALL');
    this.done.set('flush all', (this.done.get('flush all') ?? 0) + 1);
  }

  readonly #kinds: Record<string, (value: Value, now: Value[]) => Promise<boolean>> = {
    'drop a key': async ({ key }) => (await this.#redis.ask('DEL', key)) === 1,
    'drop an entry': async ({ key, type, made }) => {
      if (type !== 'stream') return false;
      return (await this.#redis.ask('XDEL', key, this.#random.pick(made)?.args[0] ?? '0-1')) === 1;
    },
    'say an entry twice': async ({ key, type, made }) => {
      const entry = this.#random.pick(made);
      return type === 'stream' && entry !== undefined && (await this.#add(key, entry));
    },
    'bring back an entry': async ({ key, type }) => {
      const before = this.#random.pick(this.#past.filter((each) => each.type === 'stream' && each.key === key));
      const entry = before && this.#random.pick(before.made);
      return type === 'stream' && entry !== undefined && (await this.#add(key, entry));
    },
    'put an entry into another stream': async ({ type, made }, now) => {
      const other = this.#random.pick(now.filter((each) => each.type === 'stream'));
      const entry = this.#random.pick(made);
      return type === 'stream' && entry !== undefined && other !== undefined && (await this.#add(other.key, entry));
    },
    reorder: async (value) => {
      if (value.type !== 'stream' || value.made.length < 2) return false;
      const entries = value.made.map(({ args }) => args.slice(1));
      const shuffled = entries.map((fields) => [this.#random.below(1_000), fields] as const).sort(([a], [b]) => a - b);
      const made = shuffled.map(([, fields]) => ({ command: 'XADD', args: ['*', ...fields] }));
      await write(this.#redis, { ...value, made }, value.key);
      return true;
    },
    'roll a key back': async ({ key }) => {
      const before = this.#random.pick(this.#past.filter((each) => each.key === key));
      if (before) await write(this.#redis, before, key);
      return before !== undefined;
    },
    'swap two keys': async (value, now) => {
      const other = this.#random.pick(now.filter((each) => each.type === value.type && each.key !== value.key));
      if (!other) return false;
      await write(this.#redis, value, other.key);
      await write(this.#redis, other, value.key);
      return true;
    },
    'bring back a key that is gone': async (_value, now) => {
      const gone = this.#past.filter((each) => !now.some(({ key }) => key === each.key));
      const before = this.#random.pick(gone);
      if (before) await write(this.#redis, before, before.key);
      return before !== undefined;
    },
    'change a character': async (value) => await this.#rewrite(value, (text) => this.#flipped(text)),
    'cut it off': async (value) => await this.#rewrite(value, (text) => text.slice(0, this.#random.below(text.length))),
    'change a word': async (value) => {
      const [from, to] = this.#random.pick(WORDS);
      return await this.#rewrite(value, (text) => text.replaceAll(from, to));
    },
    'set a cursor': async (_value, now) => {
      const cursor = this.#random.pick(now.filter(({ key }) => key.startsWith('ng:cursor:')));
      const text = cursor?.made[0]?.args[0];
      if (!cursor || text === undefined) return false;
      const moved = withNumber(text, this.#random.pick([0, 1, 5, 10 ** 6]));
      await write(this.#redis, { ...cursor, made: [{ command: 'SET', args: [moved] }] }, cursor.key);
      return true;
    },
  };

  async #add(key: string, { args }: Value['made'][number]): Promise<boolean> {
    await this.#redis.ask('XADD', key, '*', ...args.slice(1));
    return true;
  }

  async #rewrite(value: Value, change: (text: string) => string): Promise<boolean> {
    const at = this.#random.below(Math.max(1, value.made.length));
    const was = value.made[at]?.args ?? [];
    const which = this.#random.below(Math.max(1, was.length));
    const args = was.map((text, index) => (index === which ? change(text) : text));
    if (args[which] === was[which]) return false;
    const made = value.made.map((each, index) => (index === at ? { ...each, args } : each));
    await write(this.#redis, { ...value, made }, value.key);
    return true;
  }

  #flipped(text: string): string {
    const at = this.#random.below(Math.max(1, text.length));
    return text.slice(0, at) + String.fromCharCode(33 + this.#random.below(90)) + text.slice(at + 1);
  }

  #remember(now: Value[]): void {
    for (const value of now) {
      if (value.key.startsWith('ng:beacon:') && !this.#beacons.has(value.key)) this.#beacons.set(value.key, value);
      const same = this.#past.filter(({ key }) => key === value.key);
      if (JSON.stringify(same.at(-1)?.made) === JSON.stringify(value.made)) continue;
      this.#past.push(value);
      const [oldest] = same;
      if (same.length > REMEMBERED && oldest) this.#past.splice(this.#past.indexOf(oldest), 1);
    }
    if (this.#past.length > 4_000) this.#past.splice(0, 1_000);
  }
}

/** A signed cursor whose number is another one. */
function withNumber(token: string, seq: number): string {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const text = Buffer.from(payload, 'base64url').toString();
  return [header, Buffer.from(text.replace(/(?<="seq":)\d+/, String(seq))).toString('base64url'), signature].join('.');
}
