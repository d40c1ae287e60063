import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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

/** The lives of one process over all trials of a field: the next begins when the last was killed, and may be killed in its turn. */
export class Lives {
  /** In the trial that it is armed for. */
  deaths = 0;
  /** When the last new life was up, as performance.now() has it. */
  backAt = 0;
  readonly lives: Life[] = [];
  readonly #body: Body;
  readonly #env: Record<string, string>;
  readonly #folder: string;
  readonly #who: Who;
  #kills: Kill[] = [];
  #trial = 0;
  #turn = 0;
  #starting: Promise<void> | undefined;

  constructor(fleet: Fleet, who: Who, env: Record<string, string>) {
    this.#body =
      who === 'hub'
        ? { begin: (more) => fleet.hub(more), buried: (life) => fleet.forget(life) }
        : { begin: (more) => fleet.agent('alpha', more), buried: () => {} };
    this.#folder = fleet.folder;
    this.#who = who;
    this.#env = { ...env, NIGHTGUARD_FAULT: this.#file('fate') };
  }

  /** A new life; its points count when it is armed. */
  async begin(): Promise<void> {
    const life = await this.#body.begin(this.#env);
    this.lives.push(life);
    this.backAt = performance.now();
  }

  /** A trial begins: from now on points count, and what is drawn for this process happens. */
  arm(faults: readonly Fault[]): void {
    this.#trial += 1;
    this.deaths = 0;
    this.#kills = faults.filter((fault): fault is Kill => fault.kind === 'kill' && fault.who === this.#who);
    this.#turnTo(this.#kills.shift());
  }

  /** Nothing happens any more until it is armed again. */
  disarm(): void {
    this.#kills = [];
    rmSync(this.#file('fate'), { force: true });
  }

  /** Begins the next life when the last one is over; one that dies while it begins is followed by another. */
  keepAlive(): void {
    const last = this.lives.at(-1);
    if (this.#starting || (last && isAlive(last.pid))) return;
    this.deaths += 1;
    if (last) this.#body.buried(last);
    this.#turnTo(this.#kills.shift());
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

  /** The points that were passed in this trial, one after the other. */
  passed(): string[] {
    try {
      return readFileSync(this.#passed(), 'utf8')
        .split('\n')
        .filter((line) => line !== '');
    } catch {
      return [];
    }
  }

  #turnTo(kill: Kill | undefined): void {
    this.#turn += 1;
    const { point, occurrence } = kill ?? {};
    const fate: Fate = {
      ...{ turn: this.#turn, passed: this.#passed() },
      ...(point === undefined ? {} : { point, occurrence }),
    };
    // A process may look at any moment: it sees the one before or this one.
    writeFileSync(this.#file('fate.new'), JSON.stringify(fate));
    renameSync(this.#file('fate.new'), this.#file('fate'));
  }

  #passed(): string {
    return this.#file(`passed.${this.#trial}`);
  }

  #file(what: string): string {
    return join(this.#folder, `${this.#who}.${what}`);
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

/** Whether a process is the workload that writes to this file: the system gives numbers out again, and who is over has no environment any more. */
export function isWorkload(pid: number, effects: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`EFFECTS=${effects}\0`);
  } catch {
    return process.platform !== 'linux' && isAlive(pid);
  }
}
