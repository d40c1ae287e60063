import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fleet } from '../../fixtures/fleet.ts';
import { ADA, TOKEN } from '../../fixtures/fleet.ts';
import type { Fault, Moment } from './faults.ts';
import { TELEGRAM_METHODS } from './faults.ts';
import type { Field } from './field.ts';
import { hasEnded } from './record.ts';

type Timed = Extract<Fault, { at: Moment }>;

/** Does to Redis, to Telegram and to the chat what a trial has drawn. */
export class Nemesis {
  /** When the last fault was over, as performance.now() has it. */
  overAt = 0;
  readonly #fleet: Fleet;
  readonly #cables: Field['cables'];
  readonly #waiting: Timed[];
  readonly #dumps: Moment[];
  readonly #ordered: Extract<Fault, { kind: 'telegram' }>[];
  readonly #reached = new Map<Moment, number>();
  #working: Promise<void> = Promise.resolve();
  #busy = 0;
  failure: unknown;

  constructor({ fleet, cables }: Pick<Field, 'fleet' | 'cables'>, faults: readonly Fault[]) {
    this.#fleet = fleet;
    this.#cables = cables;
    this.#waiting = faults.filter((fault) => fault.kind === 'redis' || fault.kind === 'deleted');
    this.#dumps = this.#waiting.flatMap((fault) => (fault.kind === 'redis' && fault.from ? [fault.from] : []));
    this.#ordered = faults.filter((fault) => fault.kind === 'telegram');
  }

  /** Orders what goes wrong on Telegram's side from now on. */
  async begin(): Promise<void> {
    for (const { what, method, times, applied } of this.#ordered)
      await post(`${this.#fleet.sandbox.url}/sandbox/faults`, { method, times, kind: what, also_applied: applied });
  }

  /** Whether a fault of this moment is still to come. */
  isPending(moment: Moment): boolean {
    return this.#waiting.some(({ at }) => at === moment);
  }

  /** Whether nothing is under way or to come. */
  get isDone(): boolean {
    return this.#waiting.length === 0 && this.#dumps.length === 0 && this.#busy === 0;
  }

  /** Hears how far the trial is, and does what is due; one thing after the other. */
  reach(moments: readonly Moment[]): void {
    const now = performance.now();
    for (const moment of moments) if (!this.#reached.has(moment)) this.#reached.set(moment, now);
    for (const from of take(this.#dumps, (moment) => this.#reached.has(moment))) this.#do(() => this.#dump(from));
    const due = ({ at, afterMs }: Timed) => now >= (this.#reached.get(at) ?? Number.POSITIVE_INFINITY) + afterMs;
    for (const fault of take(this.#waiting, due)) this.#do(() => this.#strike(fault));
  }

  async settled(): Promise<void> {
    await this.#working;
  }

  /** What was ordered of Telegram and did not happen is taken back. */
  async end(): Promise<void> {
    await this.#working;
    for (const method of TELEGRAM_METHODS)
      await post(`${this.#fleet.sandbox.url}/sandbox/faults`, { method, times: 0, kind: 500 });
  }

  #do(act: () => Promise<void>): void {
    this.#busy += 1;
    this.#working = this.#working
      .then(act)
      .catch((error: unknown) => {
        this.failure = error;
      })
      .finally(() => {
        this.#busy -= 1;
        this.overAt = performance.now();
      });
  }

  async #dump(from: Moment): Promise<void> {
    const { folder } = this.#fleet.redis;
    await rm(join(this.#fleet.folder, `dump-${from}`), { recursive: true, force: true });
    await cp(join(folder, 'appendonlydir'), join(this.#fleet.folder, `dump-${from}`), { recursive: true });
  }

  async #strike(fault: Timed): Promise<void> {
    const { redis } = this.#fleet;
    if (fault.kind === 'deleted') return await this.#deleteNewest();
    switch (fault.what) {
      case 'flushed':
        return void (await redis.ask('FLUSHALL'));
      case 'frozen':
        redis.freeze();
        await sleep(fault.downMs);
        return redis.thaw();
      case 'cut from hub':
      case 'cut from agent': {
        const cable = this.#cables[fault.what === 'cut from hub' ? 'hub' : 'agent'];
        cable.cut();
        await sleep(fault.downMs);
        return cable.mend();
      }
      case 'full':
        await redis.ask('CONFIG', 'SET', 'maxmemory', '1');
        await sleep(fault.downMs);
        return void (await redis.ask('CONFIG', 'SET', 'maxmemory', '0'));
      case 'killed':
        await redis.kill();
        await sleep(fault.downMs);
        return await redis.restart();
      case 'restored':
        await redis.kill();
        await rm(join(redis.folder, 'appendonlydir'), { recursive: true });
        await cp(join(this.#fleet.folder, `dump-${fault.from}`), join(redis.folder, 'appendonlydir'), {
          recursive: true,
        });
        await sleep(fault.downMs);
        return await redis.restart();
      default:
        return fault.what satisfies never;
    }
  }

  async #deleteNewest(): Promise<void> {
    const newest = (await this.#fleet.chat().messages()).findLast(({ from }) => from?.id !== ADA);
    // Who deletes a message that has told its verdict has read it.
    if (!newest || hasEnded(newest)) return;
    const url = `${this.#fleet.sandbox.url}/bot${TOKEN}/deleteMessage`;
    await post(url, { chat_id: ADA, message_id: newest.message_id });
  }
}

function take<T>(from: T[], fits: (each: T) => boolean): T[] {
  const taken = from.filter(fits);
  for (const each of taken) from.splice(from.indexOf(each), 1);
  return taken;
}

async function post(url: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${new URL(url).pathname.split('/').at(-1)}: ${answer.status}`);
}
