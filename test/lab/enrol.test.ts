import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitUntil } from '#src/kit/waitUntil.ts';
import { createRedisLedger } from '#src/ledger/redis/ledger.ts';
import type { Fleet } from '../fixtures/fleet.ts';
import { launchFleet } from '../fixtures/fleet.ts';
import type { Instance } from '../fixtures/incus/instance.ts';
import type { Incus } from '../fixtures/incus.ts';
import { OPENING_MS, openIncus, whyNoIncus } from '../fixtures/incus.ts';
import { whyWithout } from '../fixtures/redis.ts';
import type { Chat } from '../flow/chat.ts';
import { decided, invited, wantsIn } from '../flow/enrolled.ts';
import { nothing, yes } from '../flow/question.ts';
import { installProgram, installUnit, relayTo } from './mixed.ts';

const why = whyNoIncus() ?? whyWithout('redis-server');
const STATE = '/var/lib/nightguard';
const PATIENCE_MS = 60_000;

describe.skipIf(why !== undefined)(`a second machine with systemd (skipped: ${why})`, () => {
  let lab: Incus;
  let machine: Instance;
  let fleet: Fleet;
  let relay: Awaited<ReturnType<typeof relayTo>>;
  let ada: Chat;

  beforeAll(async () => {
    lab = await openIncus();
    machine = await lab.launch('beta');
    const settings = ['--bind', '127.0.0.1', lab.gateway, '--protected-mode', 'no'];
    fleet = await launchFleet({ nodes: [], redis: { settings } });
    relay = await relayTo(new URL(fleet.door.url), lab.gateway);
    await fleet.hub({ NODES_REDIS_URL: `redis://${lab.gateway}:${fleet.redis.port}` });
    await installProgram(machine);
    await installUnit(machine);
    ada = fleet.chat();
  }, OPENING_MS);

  afterAll(async () => {
    await fleet?.close();
    await relay?.close();
    await lab?.close();
  }, OPENING_MS);

  test('joins with one command', { timeout: PATIENCE_MS }, async () => {
    const typed = (await invited(ada, 'beta env:stage')).replace(fleet.door.url, relay.url);
    const line = ['/usr/local/bin/node', '/opt/nightguard/bin/nightguard.mjs', ...typed.split(' ').slice(1)];
    await machine.exec(['systemd-run', '--unit=join', `--setenv=NIGHTGUARD_STATE=${STATE}`, ...line]);
    const question = await wantsIn(ada, 'beta');
    const shown = /Fingerprint (.+)/.exec(question.text ?? '')?.[1] ?? nothing();
    expect(await machine.exec(['journalctl', '-u', 'join', '-o', 'cat'])).toContain(`this machine: ${shown}`);
    await decided(ada, 'beta', 'Let it in');
    await waitUntil(async () => (await fleet.ledger.beacons(['beta']))[0], {
      ...{ withinMs: PATIENCE_MS, everyMs: 50, what: 'the first beacon' },
    });
    expect((await ada.ask('/health beta')).text).toContain('beta');
    expect((await ada.ask('/node beta')).text).toMatch(/stage[\s\S]*Let in by Ada/);
  });

  test('is opened by a person on it, and used from the chat as a service', { timeout: PATIENCE_MS }, async () => {
    await machine.exec(['systemctl', 'stop', 'join']);
    const add = async (file: string, line: string) => {
      const before = (await machine.exec(['cat', `${STATE}/${file}`])).trimEnd();
      await machine.push({ text: `${before}\n${line}\n` }, `${STATE}/${file}`, '0600');
    };
    await add('nightguard.yaml', '  workloads: { shop: { engine: systemd } }');
    await add('policy.yaml', '  - { operations: [restart], targets: [shop] }');
    await fleet.redis.ask('DEL', 'ng:beacon:beta');
    await machine.exec(['systemctl', 'start', 'nightguard']);
    await waitUntil(async () => (await fleet.ledger.beacons(['beta']))[0], {
      ...{ withinMs: PATIENCE_MS, everyMs: 50, what: 'the beacon of the service' },
    });
    await ada.say('/restart beta shop');
    const question = await ada.until(/Restart shop\? on beta/, PATIENCE_MS);
    await ada.press(yes(question));
    await ada.until(/✅ beta · shop restarted/, PATIENCE_MS);
  });

  test('is retired, and what it holds is worth nothing any more', { timeout: PATIENCE_MS }, async () => {
    const own = createRedisLedger({ url: (await machine.exec(['cat', `${STATE}/redis-url`])).trim() });
    try {
      await own.ping();
      await ada.say('/retire beta');
      await ada.until('Type its name');
      await ada.say('beta');
      await ada.until('beta is retired');
      await expect(own.ping()).rejects.toThrow(/refused user and password|cannot be reached/);
    } finally {
      await own.close();
    }
    await ada.say('/health beta');
    await ada.until(/There (is no node "beta"|are no nodes yet)/);
    const typed = (await invited(ada, 'gamma')).replace(fleet.door.url, relay.url);
    await machine.exec(['systemctl', 'stop', 'nightguard']);
    await machine.exec(['rm', `${STATE}/nightguard.yaml`]);
    const line = ['/usr/local/bin/node', '/opt/nightguard/bin/nightguard.mjs', ...typed.split(' ').slice(1)] as const;
    await expect(machine.exec(['env', `NIGHTGUARD_STATE=${STATE}`, ...line])).rejects.toThrow(/never taken again/);
  });
});
