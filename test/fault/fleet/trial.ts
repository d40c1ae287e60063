import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitUntil } from '#src/kit/waitUntil.ts';
import type { Fleet } from '../../fixtures/fleet.ts';
import { launchFleet, TOKEN } from '../../fixtures/fleet.ts';
import type { Message } from '../../flow/chat.ts';
import type { Outcome } from './check.ts';
import type { Moment } from './faults.ts';
import { MOMENTS } from './faults.ts';
import { isAlive, isZombie, Lives } from './lives.ts';
import { Nemesis } from './nemesis.ts';
import { Person, questionsIn } from './person.ts';
import type { Counts, Trial } from './plan.ts';
import { isUnfinished, runsIn, Sightings, verdictsOn } from './record.ts';

const STAND = new URL('./stand.ts', import.meta.url).href;
/** The compiled sources of one life help the next to start. */
const CACHE = join(tmpdir(), 'nightguard-fault-cache');
/** How often the clock outside calls the hub, in ms; it stands for Cloud Scheduler's minute. */
const TICK_MS = 4_000;
/** A trial that is not over by then is judged as it is, in ms. */
const LONGEST_MS = 150_000;
/** A trial that takes longer only waits for times to come; others may begin meanwhile, in ms. */
const SLOW_MS = 6_000;

/** One intent (`/restart alpha web`, confirmed) through the faults of one trial. `onSlow` is called when it begins to wait for long. */
export async function runFleetTrial(
  trial: Pick<Trial, 'faults' | 'twice'>,
  onSlow: () => void = () => {},
): Promise<{ outcome: Outcome; counts: Counts }> {
  const [hubPassword, nodePassword] = [randomBytes(12).toString('hex'), randomBytes(12).toString('hex')];
  const fleet = await launchFleet({ redis: { acl: usersOf(hubPassword, nodePassword) } });
  try {
    const as = (user: string, password: string) => ({
      REDIS_URL: `redis://${user}:${password}@127.0.0.1:${fleet.redis.port}`,
      NODE_OPTIONS: `--import=${STAND}`,
      NODE_COMPILE_CACHE: CACHE,
    });
    const hub = new Lives(fleet, 'hub', trial.faults, as('hub', hubPassword));
    const agent = new Lives(fleet, 'agent', trial.faults, as('alpha', nodePassword));
    const run = new Run({ fleet, hub, agent, trial, onSlow });
    await run.toItsEnd();
    const logs = [...hub.lives, ...agent.lives].flatMap(({ logged }) => logged).join('\n');
    if (process.env['FAULT_LOGS']) process.stderr.write(`${logs}\n`);
    const secrets = { TOKEN, hubPassword, nodePassword, webhook: fleet.webhookSecret, tick: fleet.tickSecret };
    const leaks = Object.entries(secrets).flatMap(([name, secret]) => (logs.includes(secret) ? [name] : []));
    const outcome = { ...(await run.outcome()), leaks };
    return { outcome, counts: { hub: await run.countsOf('hub'), agent: await run.countsOf('agent') } };
  } finally {
    await fleet.close();
  }
}

/** What one trial goes through. */
class Run {
  readonly #fleet: Fleet;
  readonly #hub: Lives;
  readonly #agent: Lives;
  readonly #trial: Pick<Trial, 'faults' | 'twice'>;
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

  constructor(parts: {
    fleet: Fleet;
    hub: Lives;
    agent: Lives;
    trial: Pick<Trial, 'faults' | 'twice'>;
    onSlow: () => void;
  }) {
    this.#fleet = parts.fleet;
    this.#hub = parts.hub;
    this.#agent = parts.agent;
    this.#trial = parts.trial;
    this.#onSlow = parts.onSlow;
    this.#nemesis = new Nemesis(parts.fleet, parts.trial.faults);
    this.#person = new Person(parts.fleet.chat());
  }

  async toItsEnd(): Promise<void> {
    const fleet = this.#fleet;
    await Promise.all([this.#hub.begin(), this.#agent.begin()]);
    // The boot's own start has to be on record before anything is asked.
    await fleet.until('the first start', async () => (await this.#starts()) === 1);
    await writeFile(join(fleet.folder, 'armed'), '');
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
    await this.#nemesis.settled();
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
    this.#messages = await this.#fleet.chat().messages();
    this.#sightings.look(this.#messages);
    const now = performance.now();
    this.#shown = new Set(this.#confirmed().filter((job) => verdictsOn(this.#messages, job).length > 0));
    for (const job of this.#shown) this.#toldAt.set(job, this.#toldAt.get(job) ?? now);
    const passed = await this.#passed('agent');
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
    if (this.#messages.some(({ text = '' }) => isUnfinished(text))) return false;
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

  async #passed(who: 'hub' | 'agent'): Promise<string[]> {
    const text = await readFile(join(this.#fleet.folder, `${who}.passed`), 'utf8').catch(() => '');
    return text.split('\n').filter((line) => line !== '');
  }

  async #starts(): Promise<number> {
    return await this.#fleet.starts('alpha').catch(() => 0);
  }

  async #alive(): Promise<number> {
    const effects = await readFile(join(this.#fleet.folder, 'alpha', 'effects'), 'utf8');
    const pids = effects.split('\n').flatMap((line) => Number(line.split(' ')[1]) || []);
    return pids.filter((pid) => isAlive(pid) && !isZombie(pid)).length;
  }

  async countsOf(who: 'hub' | 'agent'): Promise<Record<string, number>> {
    const passed = await this.#passed(who);
    return Object.fromEntries(
      [...new Set(passed)].map((point) => [point, passed.filter((each) => each === point).length]),
    );
  }

  async outcome(): Promise<Omit<Outcome, 'leaks'>> {
    const jobs = await this.#fleet.runs();
    const { asked, yeses } = this.#person;
    const confirmed = this.#confirmed();
    const since = Math.max(this.#quietSince(), ...yeses.map(({ at }) => at));
    const last = Math.max(...[...this.#toldAt.values()].map((at) => Math.max(0, at - since)));
    return {
      faults: this.#trial.faults,
      deaths: this.#hub.deaths + this.#agent.deaths,
      restarts: (await this.#starts()) - 1,
      confirmed,
      alive: await this.#alive(),
      runs: runsIn(join(this.#fleet.folder, 'alpha', 'journal.db')),
      ledger: new Map(jobs.map(({ id, verdict }) => [id, verdict])),
      messages: this.#messages,
      most: this.#sightings.most,
      turned: this.#sightings.turned(this.#messages),
      asked,
      toldAfterS: confirmed.every((job) => this.#shown.has(job)) ? Math.round(last / 100) / 10 : undefined,
    };
  }
}

/** A user for the hub and one for the node, with the rights that the docs give them; the harness looks in as itself. */
function usersOf(hubPassword: string, nodePassword: string): string[] {
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
