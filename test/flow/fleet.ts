import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import type { Person } from '#src/agent/approver/seeds.ts';
import { seedsFile, writeSeeds } from '#src/agent/approver/seeds.ts';
import { NodeConfig } from '#src/agent/config.ts';
import { createJournal } from '#src/agent/journal.ts';
import { createAgent } from '#src/agent/main.ts';
import { createShareStore, sharesFile } from '#src/agent/shares/store.ts';
import { createToolbox } from '#src/agent/toolbox.ts';
import { createCatalog, loadCatalog } from '#src/catalog.ts';
import { HUB } from '#src/hub/assemble.ts';
import { createBot } from '#src/hub/bot.ts';
import { HubConfig } from '#src/hub/config.ts';
import { createHub } from '#src/hub/main.ts';
import { Secret } from '#src/kit/secret.ts';
import { waitUntil } from '#src/kit/waitUntil.ts';
import type { Ledger } from '#src/ledger/port.ts';
import type { Job } from '#src/ledger/records.ts';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import { createLog } from '#src/log.ts';
import type { Operation } from '#src/operation/define.ts';
import { createSandbox } from '#src/sandbox/server.ts';
import type { Topic } from '#src/sandbox/settings.ts';
import { freshId } from '#src/wire/ids.ts';
import type { Keys, PublicKey } from '#src/wire/keys.ts';
import { makeKeys } from '#src/wire/keys.ts';
import { seal } from '#src/wire/seal.ts';
import { CALM } from '../fixtures/calm.ts';
import { Chat } from './chat.ts';
import { ADA, BEN, CLEO, GROUP } from './house.ts';

const TOKEN = '4242424243:fleet-tests-of-nightguard-in-a-sandbox';
const SLEEP = { command: ['sleep', '3600'] };
const Calls = z.object({
  calls: z.array(z.object({ method: z.string(), status: z.number(), params: z.record(z.string(), z.unknown()) })),
});

/** A node of the fleet. With `ago` it has no agent: only its beacon is there, so many ms old. */
export interface FleetNode {
  environment?: 'prod' | 'stage' | 'dev';
  labels?: Record<string, string>;
  targets?: string[];
  /** Workloads that are more than targets, and how it watches. */
  workloads?: Record<string, object>;
  watch?: object;
  ago?: number;
  /** The text of a policy file, made with the public keys of all; without it everything is allowed. As root only. */
  policyText?: (keyOf: (name: string) => PublicKey) => string;
  /** People whose authenticators this node verifies. */
  people?: Person[];
  /** Everything is allowed, unless this says otherwise. */
  policy?: object[];
  /** There is a file on it that locks it. */
  locked?: true;
  /** The Vaults that its configuration declares, and the shares of them that it keeps. */
  vaults?: Record<string, object>;
  shares?: { vault: string; label?: string; bytes: Buffer }[];
}

/** What a fleet may have beside its nodes. */
export interface FleetOptions {
  /** Operations beside those of `handlers/`. */
  operations?: Operation[];
  topics?: Topic[];
  /** How long a call of the Bot API may take, in ms. */
  callMs?: number;
  /** Where hub and agents meet; without it, a file. The fleet closes it. */
  ledger?: Ledger;
  /** More keys of the hub's configuration. */
  config?: Partial<HubConfig>;
}

/** A sandbox, a hub and some nodes with their agents in this process, on one ledger: Ada (admin), Ben (operator), Cleo (viewer). Ends with the test. */
export async function startFleet(nodes: Record<string, FleetNode>, options: FleetOptions = {}) {
  const { operations = [], topics = [], callMs, config = {} } = options;
  const state = await mkdtemp(join(tmpdir(), 'nightguard-fleet-'));
  const sandbox = await createSandbox({ port: 0, token: TOKEN, limits: false, topics });
  const ledger = options.ledger ?? createSqliteLedger({ file: join(state, 'ledger.db') });
  const logged: string[] = [];
  const log = createLog({ level: 'info', secrets: [], to: { write: (line: string) => void logged.push(line) } });
  const own = [...(await loadCatalog()).values(), ...operations];
  const catalog = createCatalog(own.map((operation) => ({ file: `${operation.name}.ts`, operation })));
  const hubKeys = await makeKeys();
  const keys: Record<string, Keys> = {};
  for (const name of Object.keys(nodes)) keys[name] = await makeKeys();
  const keysOf = (name: string) => keys[name] ?? hubKeys;
  const hubParty = { name: HUB, key: hubKeys.public };
  const now = () => Date.now();

  const startHub = async (more: Partial<HubConfig> = config) => {
    const hub = createHub({
      ...{ holder: HUB, keys: hubKeys, catalog, ledger, now, log },
      nodes: Object.fromEntries(Object.keys(nodes).map((name) => [name, { key: keysOf(name).public }])),
      config: HubConfig.parse({
        operators: [
          { id: ADA, name: 'Ada', role: 'admin' },
          { id: BEN, name: 'Ben', role: 'operator' },
          { id: CLEO, name: 'Cleo', role: 'viewer' },
        ],
        chats: [GROUP],
        timezone: 'UTC',
        ...more,
      }),
      bot: createBot({ token: new Secret(TOKEN), apiRoot: sandbox.url, callMs }),
    });
    hub.ended.catch(() => {});
    await hub.start();
    return hub;
  };
  const announce = async (name: string, node: FleetNode, ago: number) => {
    const body = {
      ...{ v: 1, at: now() - ago, release: '0.1.0', environment: node.environment ?? 'stage', policy: 'none' },
      ...{ labels: node.labels ?? {}, targets: node.targets ?? [] },
      operations: Object.fromEntries(own.map((operation) => [operation.name, operation.version])),
      shares: (node.shares ?? []).map(({ vault }) => ({ vault, fingerprint: 'unknown' })),
    };
    const token = await seal({ name, keys: keysOf(name) }, hubParty)('beacon', { jti: freshId(), body, at: body.at });
    await ledger.setBeacon(name, token);
  };
  const startAgent = async (name: string, node: FleetNode) => {
    const folder = join(state, name);
    const policyFile = join(state, `${name}.policy.yaml`);
    if (node.policyText)
      await writeFile(
        policyFile,
        node.policyText((each) => keysOf(each).public),
        { mode: 0o644 },
      );
    const lockdownFile = join(state, `${name}.lockdown`);
    if (node.locked) await writeFile(lockdownFile, '');
    const seeds = seedsFile(folder);
    if (node.people) await writeSeeds(seeds, node.people);
    const config = NodeConfig.parse({
      ...{ name, environment: node.environment ?? 'stage', labels: node.labels ?? {} },
      workloads: { ...Object.fromEntries((node.targets ?? []).map((target) => [target, SLEEP])), ...node.workloads },
      ...{ vaults: node.vaults ?? {}, watch: { ...CALM, ...node.watch } },
      ...(node.policyText ? { policyFile } : { policy: node.policy ?? [{ operations: ['*'] }] }),
    });
    const journal = createJournal({ file: ':memory:', now });
    const shares = createShareStore(sharesFile(folder), keysOf(name));
    for (const { vault, label, bytes } of node.shares ?? [])
      await shares.add({ vault, label, bytes: Buffer.from(bytes), at: now() });
    const toolbox = createToolbox({ config, state: folder, self: [], ledger, telegramUrl: sandbox.url, shares, log });
    await toolbox.start();
    const agent = createAgent({
      ...{ config, release: '0.1.0', keys: keysOf(name), hub: hubParty, ledger, journal, catalog, now, log },
      tools: toolbox.tools,
      lockdownFiles: [lockdownFile],
      seeds,
      shares,
    });
    await agent.start();
    return async () => {
      await agent.stop();
      await toolbox.close();
      journal.close();
    };
  };

  const stops: (() => Promise<void>)[] = [];
  for (const [name, node] of Object.entries(nodes)) {
    if (node.ago === undefined) stops.push(await startAgent(name, node));
    else await announce(name, node, node.ago);
  }
  let hub = await startHub();
  onTestFinished(async () => {
    await Promise.all(stops.map((stop) => stop()));
    await hub.stop();
    await ledger.close();
    await sandbox.close();
    await rm(state, { recursive: true, force: true });
  });

  return {
    ledger,
    logged,
    announce,
    /** Where its chat is shown to a browser. */
    url: sandbox.url,
    chat: (from: number, chat = from) => new Chat(sandbox.url, chat, from),
    calls: async (method: string) =>
      Calls.parse(await (await fetch(`${sandbox.url}/sandbox/calls`)).json()).calls.filter(
        (call) => call.method === method,
      ),
    /** All that was ever said to Telegram. */
    everyCall: async () => Calls.parse(await (await fetch(`${sandbox.url}/sandbox/calls`)).json()).calls,
    /** Makes the next calls of a method go wrong. */
    fault: async (fault: { method: string; times: number; kind: 429 | 500 | 'hang' }) => {
      const headers = { 'content-type': 'application/json' };
      await fetch(`${sandbox.url}/sandbox/faults`, { method: 'POST', headers, body: JSON.stringify(fault) });
    },
    /** The ledger loses a fact, as when it is flushed. */
    forget: (key: string) => {
      const file = new DatabaseSync(join(state, 'ledger.db'), { timeout: 5_000 });
      file.prepare('DELETE FROM fact WHERE key = ?').run(key);
      file.close();
    },
    /** Ends the hub and starts another one on the same ledger. */
    restartHub: async (more?: Partial<HubConfig>) => {
      await hub.stop();
      hub = await startHub(more);
    },
    /** The jobs that ran or run, newest first. */
    jobs: async () => (await ledger.jobs({ limit: 50 })).filter(({ kind }) => kind === 'run'),
    /** Waits for a job that fits. */
    job: async (fits: (job: Job) => boolean) =>
      await waitUntil(async () => (await ledger.jobs({ limit: 50 })).find((job) => job.kind === 'run' && fits(job)), {
        ...{ withinMs: 10_000, everyMs: 10, what: 'such a job' },
      }),
  };
}

/** A fleet as tests use it. */
export type TestFleet = Awaited<ReturnType<typeof startFleet>>;
