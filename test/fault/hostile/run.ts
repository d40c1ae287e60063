import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { jobId } from '#src/wire/ids.ts';
import type { Fleet } from '../../fixtures/fleet.ts';
import { launchFleet } from '../../fixtures/fleet.ts';
import type { Life } from '../../fixtures/life.ts';
import type { Chat } from '../../flow/chat.ts';
import type { Random } from '../../random.ts';
import { createRandom } from '../../random.ts';
import { isAlive } from '../fleet/lives.ts';
import { questionsIn } from '../fleet/person.ts';
import { Adversary } from './adversary.ts';
import { falseVerdicts, unauthorised } from './check.ts';

const NODES = ['alpha', 'beta'];
/** So many mutations fall into the time of one intent. */
const PER_INTENT = 50;
/** So many of them before there is a question: after more, nobody would ever see one. */
const BEFORE_QUESTION = 8;
/** How long a question is waited for, and what comes of a yes, in ms; nobody promises that either comes. */
const INTENT_MS = 6_000;
/** After so many intents all is lost at once. */
const INTENTS_PER_FLUSH = 8;

/** What a Redis in the hands of somebody else came to. */
export interface HostileOutcome {
  mutations: Record<string, number>;
  intents: number;
  /** Questions that the person said yes to, restarts in the world, and verdicts of these in the chat. */
  yes: number;
  restarts: number;
  told: number;
  wrong: string[];
}

/** Two nodes and a hub as processes of their own on a Redis that somebody else changes at will, at least `mutations` times. */
export async function withHostileRedis(of: { mutations: number; seed: number }): Promise<HostileOutcome> {
  const siege = new Siege(await launchFleet({ nodes: NODES }), createRandom(of.seed));
  try {
    await siege.begin();
    while (siege.adversary.count < of.mutations && siege.wrong.length === 0) {
      await siege.intent(Math.min(siege.adversary.count + PER_INTENT, of.mutations));
      process.stderr.write(`\r${siege.adversary.count}/${of.mutations}`);
    }
    return await siege.outcome();
  } finally {
    await siege.fleet.close();
  }
}

/** A fleet whose Redis is somebody else's, and a person who goes on using it. */
class Siege {
  readonly fleet: Fleet;
  readonly adversary: Adversary;
  readonly wrong: string[] = [];
  readonly #random: Random;
  readonly #chat: Chat;
  /** Jobs that the person said yes to, each with its node. */
  readonly #confirmed = new Map<string, string>();
  #lives: Life[] = [];
  #intents = 0;

  constructor(fleet: Fleet, random: Random) {
    this.fleet = fleet;
    this.#random = random;
    this.#chat = fleet.chat();
    this.adversary = new Adversary(fleet.redis, random);
  }

  async begin(): Promise<void> {
    const { fleet } = this;
    this.#lives = [await fleet.hub(), ...(await Promise.all(NODES.map((node) => fleet.agent(node))))];
    for (const node of NODES)
      await fleet.until('the first start', async () => (await fleet.starts(node).catch(() => 0)) === 1);
  }

  /** The person asks, and says yes, no or nothing, while Redis is changed until there were so many mutations. */
  async intent(until: number): Promise<void> {
    this.#intents += 1;
    const node = this.#random.pick(NODES);
    // The first is asked in peace, so that there is a yes in any case.
    const isFirst = this.#intents === 1;
    const answer = isFirst ? 'y' : this.#random.pick(['y', 'y', 'y', 'n', 'none'] as const);
    await this.adversary.showNodes();
    const asked = await this.#chat.say(`/restart ${node} web`);
    const before = this.adversary.count;
    const ends = performance.now() + (isFirst ? 5 : 1) * INTENT_MS;
    let isPressed = answer === 'none';
    for (let step = 1; performance.now() < ends && !(isPressed && this.adversary.count >= until); step += 1) {
      const due = isPressed ? until : Math.min(until, before + (isFirst ? 0 : BEFORE_QUESTION));
      if (this.adversary.count < due) await this.adversary.strike();
      isPressed ||= await this.#press(asked, answer);
      if (step % 10 === 0) void this.fleet.tick().catch(() => {});
      await sleep(5);
    }
    // What has not fallen into its time is done behind it, so that an intent that went nowhere costs no more time.
    for (let step = 0; step < 4 * PER_INTENT && this.adversary.count < until; step += 1) await this.adversary.strike();
    await this.fleet.tick().catch(() => {});
    if (this.#intents % INTENTS_PER_FLUSH === 0) await this.adversary.flush();
    this.wrong.push(...falseVerdicts(await this.#chat.messages(), this.#journals()));
    for (const { pid } of this.#lives) if (!isAlive(pid)) this.wrong.push('a process has ended');
  }

  async outcome(): Promise<HostileOutcome> {
    const starts = await Promise.all(NODES.map((node) => this.fleet.starts(node)));
    const { folder } = this.fleet;
    const wrong = [...this.wrong, ...unauthorised({ folder, nodes: NODES, confirmed: this.#confirmed, starts })];
    const told = await this.#chat.showing(/restarted and/);
    return {
      mutations: Object.fromEntries(this.adversary.done),
      ...{ intents: this.#intents, yes: this.#confirmed.size, told: told.length, wrong },
      restarts: starts.reduce((sum, each) => sum + each - 1, 0),
    };
  }

  /** Presses the newest question behind a message; false while there is none. */
  async #press(asked: number, answer: string): Promise<boolean> {
    const messages = (await this.#chat.messages()).filter(({ message_id }) => message_id > asked);
    const question = questionsIn(messages).at(-1);
    if (!question) return false;
    // It may be the late one of another node: a yes is to what the message says.
    const { text = '' } = messages.find(({ message_id }) => message_id === question.message) ?? {};
    const node = NODES.find((name) => text.includes(` on ${name} `));
    if (node === undefined) throw new Error(`a question of no node: ${text}`);
    if (answer === 'y') this.#confirmed.set(jobId(`confirm ${question.data.slice(2)}`, node), node);
    void this.#chat.press({ ...question, data: `${answer}${question.data.slice(1)}` }).catch(() => {});
    return true;
  }

  #journals(): string[] {
    return NODES.map((node) => join(this.fleet.folder, node, 'journal.db'));
  }
}
