import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitUntil } from '#src/kit/waitUntil.ts';
import type { Job } from '#src/ledger/records.ts';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import { createSandbox } from '#src/sandbox/server.ts';
import { shortId } from '#src/wire/ids.ts';
import { Chat } from '../flow/chat.ts';
import type { Point } from './points.ts';

const ADA = 1001;
const TOKEN = '4242424242:fault-harness-token-of-the-sandbox';
const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));
const WORLD = fileURLToPath(new URL('./world.mjs', import.meta.url));

/** Where and how often the process is killed in one trial. */
export interface Kill {
  point: Point;
  occurrence: number;
}

/** What is seen when the dust has settled. */
export interface Outcome {
  /** How often the process really died. */
  deaths: number;
  /** Starts of the workload: one is from the boot, a second one is the restart that was asked for. */
  starts: number;
  jobs: Job[];
  /** Messages of the bot that show the job's verdict. */
  told: number;
  /** Messages of the bot about this intent: one, or two when a twin was unavoidable. */
  messages: number;
  /** How often each point was passed, in an undisturbed trial. */
  counts: Record<string, number>;
}

/** One intent (`/restart local web`, confirmed) through any number of deaths: each life but the last is killed at its kill. */
export async function runTrial(kills: readonly Kill[]): Promise<Outcome> {
  const state = await mkdtemp(join(tmpdir(), 'nightguard-fault-'));
  const sandbox = await createSandbox({ port: 0, token: TOKEN, limits: false });
  const chat = new Chat(sandbox.url, ADA, ADA);
  const lives = new Lives({ state, apiRoot: sandbox.url, token: TOKEN, config: configOf(state) }, kills);
  try {
    await lives.begin();
    // The boot's own start has to be on record before anything is asked.
    await waitUntil(async () => ((await startsOf(state)) === 1 ? true : undefined), {
      ...{ withinMs: 10_000, everyMs: 10, what: 'the first start' },
    });
    await chat.say('/restart local web');
    const pressed = new Set<string>();
    const verdict = await waitUntil(
      async () => {
        await lives.keepAlive();
        // A node that took too long to say its plan is asked again.
        for (const button of await chat.buttons(/^[ya]:/)) {
          const one = `${button.message} ${button.data}`;
          if (pressed.has(one)) continue;
          pressed.add(one);
          void chat.press(button).catch(() => {});
        }
        return await endedJob(state);
      },
      { withinMs: 60_000, everyMs: 25, what: `the verdict after ${JSON.stringify(kills)}` },
    );
    const shown = async () => {
      await lives.keepAlive();
      return (await chat.showing(shortId(verdict.id))).length > 0 ? true : undefined;
    };
    await waitUntil(shown, { withinMs: 30_000, everyMs: 25, what: 'telling the verdict' });
    const counts = kills.length === 0 ? await lives.counts() : {};
    await lives.end();
    const messages = (await chat.messages()).filter((message) => message.from?.id !== ADA);
    const told = (await chat.showing(shortId(verdict.id))).length;
    return {
      deaths: lives.deaths,
      starts: await startsOf(state),
      jobs: await jobsOf(state),
      told,
      messages: messages.length,
      counts,
    };
  } finally {
    await lives.end();
    await sandbox.close();
    await rm(state, { recursive: true, force: true });
  }
}

/** The lives of one process: the next begins when the last was killed. */
class Lives {
  deaths = 0;
  readonly #task: object;
  readonly #kills: Kill[];
  #child: ChildProcess | undefined;
  #ready = false;

  constructor(task: object, kills: readonly Kill[]) {
    this.#task = task;
    this.#kills = [...kills];
  }

  /** The first life boots in peace; its kill counts only what comes afterwards. */
  async begin(): Promise<void> {
    const first = this.#kills.shift();
    this.#spawn(first);
    await waitUntil(() => (this.#ready ? true : undefined), { withinMs: 30_000, everyMs: 10, what: 'the first life' });
    this.#child?.send('arm');
  }

  async keepAlive(): Promise<void> {
    if (this.#child?.exitCode === null && this.#child.signalCode === null) return;
    this.deaths += 1;
    this.#spawn(this.#kills.shift());
  }

  async counts(): Promise<Record<string, number>> {
    const { promise, resolve } = Promise.withResolvers<Record<string, number>>();
    this.#child?.on(
      'message',
      (message: { counts?: Record<string, number> }) => message.counts && resolve(message.counts),
    );
    this.#child?.send('counts');
    return await promise;
  }

  async end(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    child.on('exit', () => resolve());
    // It may die at its point just now: then there is nobody left to tell.
    child.send('stop', () => {});
    const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
    await promise;
    clearTimeout(timer);
  }

  #spawn(kill: Kill | undefined): void {
    this.#ready = false;
    const child = fork(CHILD, [JSON.stringify({ ...this.#task, ...kill, later: this.deaths > 0 })], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    child.on('error', () => {});
    child.on('message', (message) => {
      if (message === 'ready') this.#ready = true;
    });
    this.#child = child;
  }
}

function configOf(state: string) {
  return {
    operators: [{ id: ADA, name: 'Ada', role: 'admin' }],
    node: {
      name: 'local',
      environment: 'dev',
      workloads: {
        web: {
          command: [process.execPath, WORLD],
          env: { EFFECTS: join(state, 'effects') },
          port: 'auto',
          health: '/',
        },
      },
      policy: [{ operations: ['*'] }],
    },
  };
}

async function startsOf(state: string): Promise<number> {
  return (await readFile(join(state, 'effects'), 'utf8').catch(() => ''))
    .split('\n')
    .filter((line) => line.startsWith('start')).length;
}

/** The run job of the trial once it has its verdict. */
async function endedJob(state: string): Promise<Job | undefined> {
  return (await jobsOf(state)).find(({ kind, state: at }) => kind === 'run' && at === 'ended');
}

async function jobsOf(state: string): Promise<Job[]> {
  const ledger = createSqliteLedger({ file: join(state, 'ledger.db') });
  try {
    return await ledger.jobs({ limit: 20 });
  } finally {
    await ledger.close();
  }
}
