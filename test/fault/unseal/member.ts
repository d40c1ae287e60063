import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Life } from '../../fixtures/life.ts';
import type { Fate } from '../fleet/passing.ts';
import type { Kill } from './plan.ts';

/** One process of the lab over all its trials: killed where it shall be, and begun again. */
export class Member {
  deaths = 0;
  readonly lives: Life[] = [];
  readonly #begin: (env: Record<string, string>) => Promise<Life>;
  readonly #buried: (life: Life) => void;
  readonly #file: string;
  #kills: Kill[] = [];
  #turn = 0;
  #ended = true;
  #starting: Promise<void> | undefined;

  constructor(of: {
    folder: string;
    name: string;
    begin: (env: Record<string, string>) => Promise<Life>;
    buried?: (life: Life) => void;
  }) {
    this.#begin = of.begin;
    this.#buried = of.buried ?? (() => {});
    this.#file = join(of.folder, `fate ${of.name}`);
  }

  get pid(): number {
    return this.lives.at(-1)?.pid ?? 0;
  }

  /** From now on its points count, and it dies where it shall; each death takes the next of its kills. */
  arm(kills: readonly Kill[]): void {
    this.deaths = 0;
    this.#kills = [...kills];
    this.#turnTo(this.#kills.shift());
  }

  disarm(): void {
    this.#kills = [];
    rmSync(this.#file, { force: true });
  }

  /** Begins the next life when there is none. */
  keepAlive(): void {
    const last = this.lives.at(-1);
    if (this.#starting || (last && !this.#ended && isAlive(last.pid))) return;
    if (last && !this.#ended) {
      this.deaths += 1;
      this.#buried(last);
      this.#turnTo(this.#kills.shift());
    }
    this.#ended = true;
    this.#starting = this.#begin({ NIGHTGUARD_FAULT: this.#file })
      .then((life) => {
        this.lives.push(life);
        this.#ended = false;
      })
      // It died before it was up: it is tried again.
      .catch(() => {})
      .finally(() => {
        this.#starting = undefined;
      });
  }

  /** Ends it as a power cut would; nobody begins it again but `keepAlive`. */
  async kill(): Promise<void> {
    await this.#starting;
    const last = this.lives.at(-1);
    if (!last || this.#ended) return;
    await last.kill();
    this.#ended = true;
    this.#buried(last);
  }

  freeze(): void {
    this.lives.at(-1)?.freeze();
  }

  thaw(): void {
    this.lives.at(-1)?.thaw();
  }

  isUp(): boolean {
    return !this.#starting && !this.#ended && isAlive(this.pid);
  }

  #turnTo(kill: Kill | undefined): void {
    this.#turn += 1;
    const { point, occurrence } = kill ?? {};
    const fate: Fate = { turn: this.#turn, passed: '/dev/null', ...(point === undefined ? {} : { point, occurrence }) };
    writeFileSync(`${this.#file} new`, JSON.stringify(fate));
    renameSync(`${this.#file} new`, this.#file);
  }
}

/** Whether a process works: one that waits for its parent to take notice does not. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/^.*\) [ZX] /s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
