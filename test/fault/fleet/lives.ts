import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fleet } from '../../fixtures/fleet.ts';
import type { Life } from '../../fixtures/life.ts';
import type { Fault, Who } from './faults.ts';
import type { Fate } from './passing.ts';

type Kill = Extract<Fault, { kind: 'kill' }>;

/** How one kind of process is started in the fleet. */
interface Body {
  begin(more: Record<string, string>): Promise<Life>;
  /** It is dead. */
  buried(life: Life): void;
}

/** The lives of one process: the next begins when the last was killed, and may be killed in its turn. */
export class Lives {
  deaths = 0;
  /** When the last new life was up, as performance.now() has it. */
  backAt = 0;
  readonly lives: Life[] = [];
  readonly #body: Body;
  readonly #env: Record<string, string>;
  readonly #files: Pick<Fate, 'armed' | 'passed'>;
  readonly #kills: Kill[];
  #starting: Promise<void> | undefined;

  constructor(fleet: Fleet, who: Who, faults: readonly Fault[], env: Record<string, string>) {
    this.#body =
      who === 'hub'
        ? { begin: (more) => fleet.hub(more), buried: (life) => fleet.forget(life) }
        : { begin: (more) => fleet.agent('alpha', more), buried: () => {} };
    this.#env = env;
    this.#files = { armed: join(fleet.folder, 'armed'), passed: join(fleet.folder, `${who}.passed`) };
    this.#kills = faults.filter((fault): fault is Kill => fault.kind === 'kill' && fault.who === who);
  }

  /** The first life; its points count only when the trial is armed. */
  async begin(): Promise<void> {
    const { point, occurrence } = this.#kills.shift() ?? {};
    const fate: Fate = { ...this.#files, ...(point === undefined ? {} : { point, occurrence }) };
    const life = await this.#body.begin({ ...this.#env, NIGHTGUARD_FAULT: JSON.stringify(fate) });
    this.lives.push(life);
    this.backAt = performance.now();
  }

  /** Begins the next life when the last one is over; one that dies while it begins is followed by another. */
  keepAlive(): void {
    const last = this.lives.at(-1);
    if (this.#starting || (last && isAlive(last.pid))) return;
    this.deaths += 1;
    if (last) this.#body.buried(last);
    this.#starting = this.begin()
      .catch(() => {
        // It died at its point before it was up: whether one lives now is looked at again.
      })
      .finally(() => {
        this.#starting = undefined;
      });
  }

  /** Whether somebody is up. */
  isUp(): boolean {
    const last = this.lives.at(-1);
    return !this.#starting && last !== undefined && isAlive(last.pid);
  }

  /** Resolves when nobody is being started any more. */
  async settled(): Promise<void> {
    await this.#starting;
  }
}

/** Whether there is a process of this id. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Whether a process is over and only waits for its parent to take notice, where the system says so. */
export function isZombie(pid: number): boolean {
  try {
    return / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/, ''));
  } catch {
    return false;
  }
}
