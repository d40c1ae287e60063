import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '#src/kit/problem.ts';
import { Secret } from '#src/kit/secret.ts';
import type { Settings } from './settings.ts';

/** Where a machine that has joined keeps the ledger's address, with this node's own user in it, and the certificate of a private one. */
export function joinedFiles(state: string): { url: string; ca: string } {
  return { url: join(state, 'redis-url'), ca: join(state, 'redis-ca.pem') };
}

/** Whether the machine of a state folder was let in by a hub. */
export function hasJoined(state: string): boolean {
  return existsSync(joinedFiles(state).url);
}

/** The ledger that this machine was given when it joined; undefined when it never did. Throws Problem `environment` when others can read the address. */
export function joinedRedis(state: string): Settings['redis'] {
  const { url, ca } = joinedFiles(state);
  if (!hasJoined(state)) return undefined;
  if (process.platform !== 'win32' && (statSync(url).mode & 0o077) !== 0)
    throw new Problem('environment', `${url} can be read by others. Run: chmod 600 ${url}`);
  return { url: new Secret(readFileSync(url, 'utf8').trim()), ca: existsSync(ca) ? ca : undefined };
}
