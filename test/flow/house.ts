import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { z } from 'zod';
import { FileConfig } from '#src/cli/config.ts';
import { createHouse } from '#src/cli/house.ts';
import { Secret } from '#src/kit/secret.ts';
import { waitUntil } from '#src/kit/waitUntil.ts';
import type { Job } from '#src/ledger/records.ts';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import { createLog } from '#src/log.ts';
import { createSandbox } from '#src/sandbox/server.ts';
import { CALM } from '../fixtures/calm.ts';
import { Chat } from './chat.ts';

export const ADA = 1001;
export const BEN = 1002;
export const CLEO = 1003;
export const MALLORY = 1999;
export const GROUP = -1_001_000_000_001;

const TOKEN = '4242424242:flow-tests-of-nightguard-in-a-sandbox';
const Calls = z.object({
  calls: z.array(z.object({ method: z.string(), status: z.number(), params: z.record(z.string(), z.unknown()) })),
});
const Commands = z.object({ commands: z.array(z.object({ command: z.string() })) });
const ProcessFile = z.object({ pid: z.number(), port: z.number().optional() });

const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()));
});

/** What a test's house may have beside the usual. */
export interface HouseOptions {
  workloads?: object;
  /** More keys of the configuration's `node:` section. */
  node?: object;
  /** More names that no more than a restart is allowed of. */
  restartable?: string[];
  token?: string;
  logLevel?: string;
}

/** A call of the Bot API as the sandbox kept it. */
export type Call = z.infer<typeof Calls>['calls'][number];

/** A sandbox and a whole house on it in this process: Ada (admin), Ben (operator), Cleo (viewer). Ends with the test. */
export async function startHouse({ workloads = {}, restartable = [], node = {}, ...more }: HouseOptions = {}) {
  const token = more.token ?? TOKEN;
  const state = await mkdtemp(join(tmpdir(), 'nightguard-flow-'));
  const sandbox = await createSandbox({ port: 0, token, limits: false });
  const logged: string[] = [];
  const house = await createHouse({
    config: configOf(workloads, restartable, node),
    state,
    telegram: { token: new Secret(token), apiRoot: sandbox.url },
    log: createLog({
      level: more.logLevel ?? 'info',
      secrets: [new Secret(token)],
      to: { write: (line: string) => void logged.push(line) },
    }),
  });
  house.ended.catch(() => {});
  open.push(async () => {
    await house.stop();
    await sandbox.close();
    await rm(state, { recursive: true, force: true });
  });
  await house.start();

  const look = async (path: string) => (await fetch(`${sandbox.url}/sandbox/${path}`)).json();
  const process = async (name: string) =>
    ProcessFile.parse(JSON.parse(await readFile(join(state, 'workloads', `${name}.json`), 'utf8')));
  const reach = async (name: string, path: string, method = 'GET') =>
    await fetch(`http://127.0.0.1:${(await process(name)).port}${path}`, { method });

  return {
    state,
    url: sandbox.url,
    logged,
    process,
    /** A request to a workload, on its port. */
    reach,
    chat: (from: number, chat = from) => new Chat(sandbox.url, chat, from),
    calls: async (method?: string) =>
      Calls.parse(await look('calls')).calls.filter((call) => method === undefined || call.method === method),
    menu: async (from: number, chat = from) =>
      Commands.parse(await look(`commands?chat=${chat}&from=${from}`)).commands.map(({ command }) => command),
    /** Makes the next calls of a method go wrong. */
    fault: async (fault: { method: string; times: number; kind: 429 | 500 | 'hang' } & Record<string, unknown>) => {
      await post(`${sandbox.url}/sandbox/faults`, fault);
    },
    api: async (method: string, params: object) => await post(`${sandbox.url}/bot${token}/${method}`, params),
    /** Telegram is gone: connections end and new ones are refused. */
    hangUp: () => sandbox.close(),
    /** The jobs that ran or run, newest first. */
    jobs: async () => await runsOf(state),
    /** Waits until a workload answers its health check. */
    healthy: async (name = 'demo') => {
      const answers = () =>
        reach(name, '/health').then(
          ({ ok }) => ok || undefined,
          () => undefined,
        );
      await waitUntil(answers, { withinMs: 10_000, everyMs: 20, what: `the start of ${name}` });
    },
    /** Waits until the watches have looked so many times more. */
    looks: async (times: number) => {
      const count = () => logged.filter((line) => line.includes('"watches looked"')).length;
      const wanted = count() + times;
      await waitUntil(() => (count() >= wanted ? true : undefined), {
        withinMs: 20_000,
        everyMs: 20,
        what: 'the looks',
      });
    },
    /** Waits for a line of the log with these words. */
    line: async (words: string | RegExp) =>
      await waitUntil(
        () => logged.find((line) => (typeof words === 'string' ? line.includes(words) : words.test(line))),
        { withinMs: 5_000, everyMs: 10, what: `a log line with ${words}` },
      ),
  };
}

/** A house as tests use it. */
export type TestHouse = Awaited<ReturnType<typeof startHouse>>;

function configOf(workloads: object, restartable: readonly string[], node: object): FileConfig {
  return FileConfig.parse({
    operators: [
      { id: ADA, name: 'Ada', role: 'admin' },
      { id: BEN, name: 'Ben', role: 'operator' },
      { id: CLEO, name: 'Cleo', role: 'viewer' },
    ],
    chats: [GROUP],
    timezone: 'UTC',
    node: {
      name: 'local',
      environment: 'dev',
      workloads: {
        demo: { command: ['nightguard', 'demo'], port: 'auto', health: '/health', env: { WARM_UP_MS: '50' } },
        locked: { command: ['sleep', '3600'] },
        ...workloads,
      },
      policy: [
        { operations: ['health', 'status', 'logs'] },
        { operations: ['restart', 'start', 'stop'], targets: ['demo', ...restartable] },
      ],
      watch: CALM,
      ...node,
    },
  });
}

async function post(url: string, body: object): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return await response.json();
}

async function runsOf(state: string): Promise<Job[]> {
  const ledger = createSqliteLedger({ file: join(state, 'ledger.db') });
  try {
    return (await ledger.jobs({ limit: 50 })).filter(({ kind }) => kind === 'run');
  } finally {
    await ledger.close();
  }
}
