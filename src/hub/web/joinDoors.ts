import type { Logger } from 'pino';
import type { JoinAnswer } from '#src/wire/join.ts';
import type { PublicKey } from '#src/wire/keys.ts';
import { createRate } from '../updates/rate.ts';
import type { Door } from './http.ts';
import { parseJson, retry } from './http.ts';

/** Longest request to join, in bytes. */
const MAX_BODY = 10 * 1024;
/** For all who ask together: some machines that ask every two seconds, and few guesses. */
const ALL = { most: 100, perMinute: 300 };

const STATUS: Record<JoinAnswer['state'], number> = {
  waiting: 202,
  in: 200,
  wrong: 401,
  expired: 410,
  used: 409,
  known: 409,
  refused: 403,
  retired: 403,
};

/** Where a machine joins: the hub's public key, which its code names, and the request. None when nobody can. */
export function joinDoors(deps: {
  join?: ((body: unknown) => Promise<JoinAnswer>) | undefined;
  key?: PublicKey | undefined;
  log: Logger;
}): Record<string, Door> {
  const { join, key, log } = deps;
  if (!join || key === undefined) return {};
  const rate = createRate(ALL, () => performance.now());
  return {
    '/join/key': { method: 'GET', open: async () => ({ status: 200, body: { key } }) },
    '/join': {
      method: 'POST',
      open: async (knock) => {
        if (!rate(0)) return { status: 429, headers: { 'retry-after': '5' } };
        const read = await knock.body(MAX_BODY);
        if ('refused' in read) return read.refused;
        try {
          const answer = await join(parseJson(read.text));
          return { status: STATUS[answer.state], body: answer };
        } catch (err) {
          log.warn({ err }, 'a request to join could not be judged');
          return retry(5_000);
        }
      },
    },
  };
}
