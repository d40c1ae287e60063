import type { Update } from 'grammy/types';
import type { Logger } from 'pino';
import { z } from 'zod';
import { sentenceOf } from '#src/kit/problem.ts';
import type { Secret } from '#src/kit/secret.ts';
import type { JoinAnswer } from '#src/wire/join.ts';
import type { PublicKey } from '#src/wire/keys.ts';
import type { Received } from '../updates/receive.ts';
import type { Door } from './http.ts';
import { isSecret, parseJson, retry } from './http.ts';
import { joinDoors } from './joinDoors.ts';
import { createShared } from './shared.ts';

/** How long an update stays until what it caused is told, in ms. */
const UPDATE_MS = 2_500;
/** How long a ring or a tick stays while something falls due, in ms: under the 10 s for which an agent waits. */
const RING_MS = 8_000;

/** For how long an answer about the ledger holds, in ms. */
const HEALTH_MS = 5_000;

const JSON_TYPE = /^application\/json\s*(;|$)/i;

const UpdateBody = z.custom<Update>((body) => z.looseObject({ update_id: z.int() }).safeParse(body).success);

/** Fewest characters of a secret: whoever knows it is believed to be Telegram. */
const SECRET_MIN = 32;

/** What the doors lead to. */
export interface DoorDeps {
  receive: (update: Update) => Promise<Received>;
  /** Folds and tells for as long as something falls due within so many ms. */
  attend: (withinMs: number, signal: AbortSignal) => Promise<void>;
  /** Folds and tells what there is, once. */
  round: () => Promise<void>;
  tick: () => Promise<void>;
  /** Resolves when the ledger answers. */
  ping: () => Promise<void>;
  /** The node that has sealed this ring; undefined for a bad one. */
  ringer: (token: string) => Promise<string | undefined>;
  /** What a machine is told that wants to join; absent: none can. */
  join?: ((body: unknown) => Promise<JoinAnswer>) | undefined;
  /** The hub's public key. */
  key?: PublicKey | undefined;
  /** Undefined: updates do not come this way. */
  webhookSecret: Secret | undefined;
  /** Undefined: there is no clock outside. */
  tickSecret: Secret | undefined;
  release: string;
  log: Logger;
}

/** All addresses of the hub. Throws for a secret that could be guessed. */
export function createDoors(deps: DoorDeps): Record<string, Door> {
  const { webhookSecret, tickSecret } = deps;
  for (const secret of [webhookSecret, tickSecret])
    if (secret && secret.reveal().length < SECRET_MIN)
      throw new Error(`a secret of a door has less than ${SECRET_MIN} characters`);
  return {
    ...(webhookSecret ? { '/telegram': { method: 'POST', open: telegramDoor(deps, webhookSecret) } } : {}),
    '/wake': { method: 'POST', open: wakeDoor(deps) },
    ...(tickSecret ? { '/tick': { method: 'POST', open: tickDoor(deps, tickSecret) } } : {}),
    ...joinDoors(deps),
    '/health': { method: 'GET', open: healthDoor(deps) },
  };
}

function telegramDoor({ receive, attend, log }: DoorDeps, secret: Secret): Door['open'] {
  return async (knock) => {
    if (!isSecret(knock.header('x-telegram-bot-api-secret-token'), secret)) return { status: 401 };
    if (!JSON_TYPE.test(knock.header('content-type') ?? '')) return { status: 415 };
    const read = await knock.body();
    if ('refused' in read) return read.refused;
    const update = UpdateBody.safeParse(parseJson(read.text));
    if (!update.success) return { status: 400 };
    const received = await receive(update.data);
    if (received.outcome === 'retry') return retry(received.afterMs);
    if (received.outcome === 'dropped') return { status: 200 };
    // It is taken whatever comes now; what is not told yet is told by the next who comes.
    await attend(UPDATE_MS, knock.signal).catch((err: unknown) => log.warn({ err }, 'not told while it was here'));
    return { status: 200 };
  };
}

function wakeDoor({ ringer, attend, round, log }: DoorDeps): Door['open'] {
  const attended = new Set<string>();
  const join = createShared(round);
  const follow = async (node: string, signal: AbortSignal): Promise<void> => {
    // The first ring of a node stays; those that come meanwhile only make sure that nothing is overlooked.
    if (attended.has(node)) return await join(node);
    attended.add(node);
    await attend(RING_MS, signal).finally(() => attended.delete(node));
  };
  return async (knock) => {
    const read = await knock.body();
    if ('refused' in read) return read.refused;
    const node = await ringer(read.text.trim());
    if (node === undefined) return { status: 401 };
    try {
      await follow(node, knock.signal);
      return { status: 204 };
    } catch (err) {
      log.warn({ err, node }, 'ring not followed');
      return retry(5_000);
    }
  };
}

function tickDoor({ tick, attend, log }: DoorDeps, secret: Secret): Door['open'] {
  return async (knock) => {
    if (!isSecret(/^Bearer (\S+)$/.exec(knock.header('authorization') ?? '')?.[1], secret)) return { status: 401 };
    try {
      await attend(RING_MS, knock.signal);
      await tick();
      return { status: 204 };
    } catch (err) {
      log.error({ err }, 'tick failed');
      return retry(5_000);
    }
  };
}

function healthDoor({ ping, release, log }: DoorDeps): Door['open'] {
  let asked: { at: number; answers: Promise<boolean> } | undefined;
  const ask = async (): Promise<boolean> => {
    try {
      await ping();
      return true;
    } catch (err) {
      log.warn({ because: sentenceOf(err) }, 'not healthy');
      return false;
    }
  };
  return async () => {
    // Anybody may ask: the ledger must not pay for it.
    if (!asked || performance.now() - asked.at > HEALTH_MS) asked = { at: performance.now(), answers: ask() };
    return (await asked.answers)
      ? { status: 200, body: { release, ledger: 'answers' } }
      : { status: 503, body: { release, ledger: 'away' } };
  };
}
