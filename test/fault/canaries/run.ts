import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { seedsFile, writeSeeds } from '#src/agent/approver/seeds.ts';
import { codeOf, stepAt } from '#src/agent/approver/totp.ts';
import { waitUntil } from '#src/kit/waitUntil.ts';
import { freshId } from '#src/wire/ids.ts';
import type { Keys } from '#src/wire/keys.ts';
import { identity, loadKeys } from '#src/wire/keys.ts';
import { seal } from '#src/wire/seal.ts';
import { addBackups } from '../../fixtures/backups.ts';
import type { Fleet } from '../../fixtures/fleet.ts';
import { ADA, launchFleet, TOKEN } from '../../fixtures/fleet.ts';
import { asked, yes } from '../../flow/question.ts';
import { usersOf } from '../fleet/field.ts';
import { hitsOf } from './forms.ts';
import type { Monitor, Place } from './places.ts';
import { filesIn, monitor, processesFrom } from './places.ts';

/** So much that restic is at work for several looks at the processes. */
const SAVED_BYTES = 24_000_000;
const LOOK_MS = 50;

const Calls = z.object({ calls: z.array(z.looseObject({ method: z.string() })) });

/** Where secrets were looked for, and found. */
export interface Canaries {
  secrets: string[];
  places: string[];
  megabytes: number;
  hits: string[];
}

/**
 * Lets a fleet with all kinds of secrets work and fail, and looks for these in whatever it left: what Redis holds and is
 * asked, logs, state, chats, arguments and environments. `rounds`: how often it works and fails.
 */
export async function lookForSecrets({ rounds }: { rounds: number }): Promise<Canaries> {
  const passwords = {
    hub: `pw-${randomBytes(12).toString('base64url')}+/`,
    alpha: `pw-${randomBytes(12).toString('hex')}`,
  };
  const fleet = await launchFleet({ redis: { acl: usersOf(passwords.hub, passwords.alpha) } });
  const monitors: Monitor[] = [];
  try {
    const seed = randomBytes(20);
    await writeSeeds(seedsFile(join(fleet.folder, 'alpha')), [{ operator: ADA, name: 'Ada', seed, addedAt: 1 }]);
    const as = (user: 'hub' | 'alpha') => ({
      REDIS_URL: `redis://${user}:${encodeURIComponent(passwords[user])}@127.0.0.1:${fleet.redis.port}`,
      NIGHTGUARD_LOG: 'trace',
    });
    const { password } = await addBackups(fleet.folder, 'alpha', SAVED_BYTES);
    const hub = await fleet.hub(as('hub'));
    const agent = await fleet.agent('alpha', as('alpha'));
    const code = codeOf(seed, stepAt(Date.now()));
    const seen: Place[] = [];
    for (let round = 0; round < rounds; round += 1) {
      // It ends with the Redis that is killed.
      monitors.push(await monitor(fleet.redis.port));
      const work = { isOver: false };
      const watching = watchProcesses([hub.pid, agent.pid], fleet, work);
      await workAndFail(fleet, code).finally(() => {
        work.isOver = true;
      });
      seen.push(...(await watching));
    }
    if (!seen.some(([, bytes]) => bytes.includes('restic'))) throw new Error('restic was not seen at its work');
    const keys = await Promise.all(
      ['hub/keys/hub.json', 'alpha/keys/node.json'].map(
        async (file) => [file, await loadKeys(join(fleet.folder, file))] as const,
      ),
    );
    const secrets = new Map<string, string>([
      ...Object.entries({
        token: TOKEN,
        "token's secret half": TOKEN.slice(11),
        webhook: fleet.webhookSecret,
        tick: fleet.tickSecret,
      }),
      ...Object.entries(passwords).map(([user, password]): [string, string] => [`Redis password of ${user}`, password]),
      ...keys.flatMap(([file, own]) => privateHalves(file, own)),
      ...Object.entries({ seed: seed.toString('base64url'), 'seed in base32': base32(seed), code }),
      ['password of the repository', password],
    ]);
    await fleet.redis.ask('SAVE');
    const places: Place[] = [
      ...(await filesIn('Redis', fleet.redis.folder, (path) => path === 'users.acl')),
      ...monitors.map((each): Place => ['MONITOR', each.heard()]),
      ['log of the hub', Buffer.from(hub.logged.join('\n'))],
      ['log of the agent', Buffer.from(agent.logged.join('\n'))],
      ['chats', Buffer.from(JSON.stringify(await fleet.chat().messages()))],
      ['calls of the Bot API', await callsOf(fleet)],
      ...(await filesIn('state', fleet.folder, (path) => path.includes('/keys/') || path === 'password')),
      ...seen,
    ];
    const megabytes = Math.round((places.reduce((sum, [, bytes]) => sum + bytes.length, 0) / 1e6) * 10) / 10;
    const kinds = new Set(places.map(([place]) => place.replace(/ of \d+$/, ' of a process').replace(/\d{4,}/g, 'N')));
    return { secrets: [...secrets.keys()], places: [...kinds], megabytes, hits: hitsOf(secrets, places) };
  } finally {
    for (const each of monitors) each.close();
    await fleet.close();
  }
}

/** What the processes show while the work goes on, each line of it once. */
async function watchProcesses(roots: number[], fleet: Fleet, work: { isOver: boolean }): Promise<Place[]> {
  const seen = new Map<string, Place>();
  while (!work.isOver) {
    for (const place of await processesFrom(roots, await workloadsOf(fleet))) seen.set(place.join(), place);
    await sleep(LOOK_MS);
  }
  return [...seen.values()];
}

/** A read, a change and a backup that are confirmed, a code for the approver; Telegram and Redis fail meanwhile, and strangers knock. */
async function workAndFail(fleet: Fleet, code: string): Promise<void> {
  const chat = fleet.chat();
  for (const [method, kind] of [
    ['sendMessage', 500],
    ['editMessageText', 429],
    ['answerCallbackQuery', 500],
  ] as const)
    await fetch(`${fleet.sandbox.url}/sandbox/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ method, times: 1, kind }),
    });
  const question = await asked(chat, '/restart alpha web');
  await chat.press(yes(question));
  const tend = async () => {
    await fleet.tick().catch(() => {});
    const told = await chat.showing(/restarted and healthy/);
    return told.some(({ message_id }) => message_id >= question.message_id) ? true : undefined;
  };
  await waitUntil(tend, { withinMs: 60_000, everyMs: 300, what: 'the restart' });
  const saving = await asked(chat, '/backup alpha docs');
  await chat.press(yes(saving));
  await chat.until(/docs saved to disk/, 60_000);
  await sendCode(fleet, code);
  await fetch(`${fleet.door.url}/telegram`, { method: 'POST', body: '{}' });
  await fetch(`${fleet.door.url}/tick`, { method: 'POST', headers: { authorization: 'Bearer wrong' } });
  await fleet.redis.kill();
  await chat.say('/status');
  await fleet.redis.restart();
  await waitUntil(async () => (await fleet.tick().catch(() => undefined))?.ok || undefined, {
    ...{ withinMs: 60_000, everyMs: 300, what: 'a hub that has its ledger again' },
  });
}

/** The hub's order to the approver, as it gives it for a code that was typed. */
async function sendCode({ folder, ledger }: Fleet, code: string): Promise<void> {
  const [hub, alpha] = [
    await loadKeys(join(folder, 'hub/keys/hub.json')),
    await loadKeys(join(folder, 'alpha/keys/node.json')),
  ];
  const to = { name: 'alpha', key: alpha.public };
  const about = {
    job: freshId(),
    plan: 'a'.repeat(64),
    audience: identity('alpha', alpha.public),
    operator: ADA,
    code,
  };
  const jti = freshId();
  const token = await seal({ name: 'hub', keys: hub }, to)('order', {
    ...{ jti, at: Date.now(), lifeS: 60 },
    body: { kind: 'approve', v: 1, ...about },
  });
  await ledger.send([{ node: 'alpha', job: jti, token }]);
}

/** What Telegram was asked; it has to be told the webhook's secret, and nothing else. */
async function callsOf({ sandbox }: Fleet): Promise<Buffer> {
  const { calls } = Calls.parse(await (await fetch(`${sandbox.url}/sandbox/calls`)).json());
  return Buffer.from(JSON.stringify(calls.filter(({ method }) => method !== 'setWebhook')));
}

async function workloadsOf({ folder }: Fleet): Promise<number[]> {
  // Nothing is there before it was started for the first time.
  const lines = (await readFile(join(folder, 'alpha', 'effects'), 'utf8').catch(() => '')).split('\n');
  return lines.flatMap((line) => Number(line.split(' ')[1]) || []);
}

function privateHalves(file: string, { sign, encrypt, records }: Keys): [string, string][] {
  return [
    [`${file} sign`, sign.d ?? ''],
    [`${file} encrypt`, encrypt.d ?? ''],
    [`${file} records`, records],
  ];
}

function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{5}/g) ?? [])
    .map((five) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(five, 2)])
    .join('');
}
