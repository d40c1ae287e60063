import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { waitUntil } from '#src/kit/waitUntil.ts';
import type { Fleet } from '../../fixtures/fleet.ts';
import { TOKEN } from '../../fixtures/fleet.ts';
import type { Message } from '../../flow/chat.ts';
import { bookWrongs } from './books.ts';
import type { Outcome } from './check.ts';
import { leftUnfinished, twinsAllowed } from './check.ts';
import type { Moment, Who } from './faults.ts';
import { MOMENTS } from './faults.ts';
import type { Field } from './field.ts';
import type { Lives } from './lives.ts';
import { isWorkload } from './lives.ts';
import { Nemesis } from './nemesis.ts';
import { Person, questionsIn } from './person.ts';
import type { Faulty } from './plan.ts';
import { runsIn, Sightings, verdictsOn } from './record.ts';

/** How often the clock outside calls the hub, in ms; it stands for Cloud Scheduler's minute. */
const TICK_MS = 4_000;
/** A trial that is not over by then is judged as it is, in ms. */
const LONGEST_MS = 150_000;
/** A trial that takes longer only waits for times to come; others may begin meanwhile, in ms. */
const SLOW_MS = 6_000;

/** What one trial goes through, from the question to the last word about it. */
export class Course {
  readonly #field: Field;
  readonly #fleet: Fleet;
  readonly #hub: Lives;
  readonly #agent: Lives;
  readonly #trial: Faulty;
  readonly #nemesis: Nemesis;
  readonly #person: Person;
  readonly #sightings = new Sightings();
  readonly #onSlow: () => void;
  #messages: Message[] = [];
  #began = 0;
  #ticking: Promise<unknown> | undefined;
  #tickedAt = 0;
  /** Jobs whose verdict the chat shows, and when it first did. */
  #shown = new Set<string>();
  readonly #toldAt = new Map<string, number>();
  #moments: Moment[] = ['begun'];

  /** Messages up to this one, and these jobs, are of earlier trials; so often was the workload started before. */
  #first = 0;
  #before: { jobs: Set<string>; starts: number } = { jobs: new Set(), starts: 1 };

  constructor(field: Field, trial: Faulty, onSlow: () => void) {
    this.#field = field;
    this.#fleet = field.fleet;
    this.#hub = field.hub;
    this.#agent = field.agent;
    this.#trial = trial;
    this.#onSlow = onSlow;
    this.#nemesis = new Nemesis(field, trial.faults);
    this.#person = new Person(field.fleet.chat());
  }

  async toItsEnd(): Promise<void> {
    this.#first = (await this.#fleet.chat().messages()).at(-1)?.message_id ?? 0;
    this.#before = { jobs: new Set(this.#fresh().map(({ job }) => job)), starts: await this.#starts() };
    this.#leadOnce();
    this.#hub.arm(this.#trial.faults);
    this.#agent.arm(this.#trial.faults);
    await this.#nemesis.begin();
    this.#nemesis.reach(this.#moments);
    await this.#nemesis.settled();
    this.#began = performance.now();
    this.#tickedAt = this.#began;
    await this.#person.ask();
    this.#moments.push('asked');
    let slow = false;
    const step = async (): Promise<true | undefined> => {
      const ms = performance.now() - this.#began;
      if (ms > SLOW_MS && !slow) {
        slow = true;
        this.#onSlow();
      }
      return (await this.#step()) || ms > LONGEST_MS ? true : undefined;
    };
    await waitUntil(step, { withinMs: LONGEST_MS * 2, everyMs: 50, what: 'the end of a trial' });
    if (!slow) this.#onSlow();
    this.#hub.disarm();
    this.#agent.disarm();
    await this.#nemesis.end();
    await Promise.all([this.#hub.settled(), this.#agent.settled()]);
    if (this.#nemesis.failure) throw this.#nemesis.failure;
  }

  /** One look around; true when all is over and stays so. */
  async #step(): Promise<boolean> {
    this.#hub.keepAlive();
    this.#agent.keepAlive();
    if (this.#trial.twice) this.#deliverTwice();
    await this.#look();
    this.#nemesis.reach(this.#moments);
    const isTold = (job: string) => this.#shown.has(job);
    const confirmed = this.#confirmed();
    const waits = confirmed.length > 0 && (confirmed.every(isTold) || !this.#isLost());
    this.#person.look(this.#messages, { mayPress: !this.#nemesis.isPending('shown'), waits });
    this.#tick();
    if (!(await this.#isOver())) return false;
    // Whatever falls due now has to leave it as it is.
    await this.#ticking;
    this.#tickedAt = 0;
    this.#tick();
    await this.#ticking;
    await this.#look();
    return await this.#isOver();
  }

  async #look(): Promise<void> {
    const all = await this.#fleet.chat().messages();
    this.#messages = all.filter(({ message_id }) => message_id > this.#first);
    this.#sightings.look(this.#messages);
    const now = performance.now();
    this.#shown = new Set(this.#confirmed().filter((job) => verdictsOn(this.#messages, job).length > 0));
    for (const job of this.#shown) this.#toldAt.set(job, this.#toldAt.get(job) ?? now);
    const passed = this.#agent.passed();
    const finished = passed.filter((point) => point === 'journal.finish:after').length;
    const reached: Record<Moment, boolean> = {
      begun: true,
      asked: this.#person.asked > 0,
      shown: questionsIn(this.#messages).length > 0,
      pressed: this.#person.yeses.length > 0,
      running: passed.includes('workloads.restart:before'),
      ended: finished > 1,
    };
    // A later moment means that the earlier ones have been, however short they were.
    const last = MOMENTS.findLastIndex((moment) => reached[moment]);
    this.#moments = [...new Set([...this.#moments, ...MOMENTS.slice(0, last + 1)])];
  }

  /** Jobs that were said yes to: the bot said so, or shows them. */
  #confirmed(): string[] {
    const shown = this.#person.yeses.map(({ job }) => job).filter((job) => this.#sightings.has(job));
    return [...new Set([...this.#person.confirmed, ...shown])];
  }

  /** Nothing more is heard of it for long: a person would think that it is lost. */
  #isLost(): boolean {
    const since = Math.max(...this.#person.yeses.map(({ at }) => at), this.#quietSince());
    return performance.now() - since > 90_000;
  }

  #quietSince(): number {
    return Math.max(this.#began, this.#nemesis.overAt, this.#hub.backAt, this.#agent.backAt);
  }

  async #isOver(): Promise<boolean> {
    const confirmed = this.#confirmed();
    const told = confirmed.length > 0 && confirmed.every((job) => this.#shown.has(job));
    if (!told || !this.#nemesis.isDone || !this.#hub.isUp() || !this.#agent.isUp()) return false;
    if (questionsIn(this.#messages).length > 0) return false;
    if (leftUnfinished({ messages: this.#messages }).length > twinsAllowed(this.#trial.faults)) return false;
    try {
      return (await this.#fleet.ledger.nextDue()) === undefined;
    } catch {
      return false;
    }
  }

  #tick(): void {
    if (this.#ticking || performance.now() - this.#tickedAt < TICK_MS) return;
    this.#tickedAt = performance.now();
    this.#ticking = this.#fleet
      .tick()
      .catch(() => {})
      .finally(() => {
        this.#ticking = undefined;
      });
  }

  #deliverTwice(): void {
    const port = Number(this.#hub.lives.at(-1)?.greeting['port']);
    if (this.#hub.isUp()) this.#fleet.door.lead([port, port], 'to all');
  }

  /** The door knows where the hub is; from an earlier trial it may still deliver to it twice. */
  #leadOnce(): void {
    this.#fleet.leadToHubs();
  }

  /** What the journal has of this trial: what came to the node meanwhile, and what it noted as never come of a yes that was pressed meanwhile. */
  #runs() {
    const own = new Set(this.#person.yeses.map(({ job }) => job));
    return this.#fresh().filter(({ job, came }) => came || own.has(job));
  }

  /** Yeses of earlier trials that were not taken, by a ledger that was full or away; their questions are over only now, and the chat has to say that nothing was done. */
  #untaken(all: readonly Message[]): string[] {
    const { pressed } = this.#field;
    const told = (job: string) => all.find(({ message_id }) => message_id === pressed.get(job))?.text;
    const own = new Set(this.#runs().map(({ job }) => job));
    const late = this.#fresh().filter(({ job }) => !own.has(job) && pressed.has(job));
    return late.flatMap(({ job }) => {
      const text = told(job);
      return text === undefined || /Nothing was done|can no longer start/.test(text) ? [] : [`${job}: ${text}`];
    });
  }

  #fresh() {
    const runs = runsIn(join(this.#fleet.folder, 'alpha', 'journal.db'));
    return runs.filter(({ job }) => !this.#before.jobs.has(job));
  }

  async #starts(): Promise<number> {
    return await this.#fleet.starts('alpha').catch(() => 0);
  }

  async #alive(): Promise<number> {
    const file = join(this.#fleet.folder, 'alpha', 'effects');
    const pids = (await readFile(file, 'utf8')).split('\n').flatMap((line) => Number(line.split(' ')[1]) || []);
    return [...new Set(pids)].filter((pid) => isWorkload(pid, file)).length;
  }

  countsOf(who: Who): Record<string, number> {
    const passed = (who === 'hub' ? this.#hub : this.#agent).passed();
    return Object.fromEntries(
      [...new Set(passed)].map((point) => [point, passed.filter((each) => each === point).length]),
    );
  }

  async outcome(): Promise<Outcome> {
    // A process that was just started writes its line when it is up; one that never does is judged.
    const isStanding = async () => ((await this.#alive()) === 1 ? true : undefined);
    await waitUntil(isStanding, { withinMs: 5_000, everyMs: 20, what: 'the workload' }).catch(() => {});
    const jobs = await this.#fleet.runs();
    const { asked, yeses } = this.#person;
    const confirmed = this.#confirmed();
    const { past, secrets, hub, agent } = this.#field;
    const all = await this.#fleet.chat().messages();
    const logs = [...hub.lives, ...agent.lives].flatMap(({ logged }) => logged).join('\n');
    past.push(this.#sightings);
    const since = Math.max(this.#quietSince(), ...yeses.map(({ at }) => at));
    const last = Math.max(...[...this.#toldAt.values()].map((at) => Math.max(0, at - since)));
    const untaken = this.#untaken(all);
    for (const { job, message } of yeses) this.#field.pressed.set(job, message);
    return {
      faults: this.#trial.faults,
      deaths: this.#hub.deaths + this.#agent.deaths,
      restarts: (await this.#starts()) - this.#before.starts,
      confirmed,
      alive: await this.#alive(),
      runs: this.#runs(),
      unasked: this.#runs().flatMap(({ job, begun }) => (begun && !yeses.some((yes) => yes.job === job) ? [job] : [])),
      ledger: new Map(jobs.map(({ id, verdict }) => [id, verdict])),
      messages: this.#messages,
      most: this.#sightings.most,
      turned: past.flatMap((sightings) => sightings.turned(all)),
      asked,
      toldAfterS: confirmed.every((job) => this.#shown.has(job)) ? Math.round(last / 100) / 10 : undefined,
      leaks: Object.entries({ TOKEN, ...secrets }).flatMap(([name, secret]) => (logs.includes(secret) ? [name] : [])),
      untaken,
      books: bookWrongs(join(this.#fleet.folder, 'alpha', 'journal.db')),
    };
  }
}
