import { readFileSync } from 'node:fs';
import type { RedisOptions } from 'ioredis';
import { Problem } from '#src/kit/problem.ts';
import { Secret } from '#src/kit/secret.ts';

const FORM = 'write redis://user:password@host:6379, or rediss:// for TLS';

/** How a server is reached. */
export interface Address {
  /** Host and port: what a person may read. */
  where: string;
  /** Holds the password. */
  options: RedisOptions;
}

/** Where and how to connect. `ca` is the file with the certificate that a private server's own was signed with. Throws Problem `ledger`. */
export function parseAddress(url: Secret | string, tls: { ca?: string | undefined } = {}): Address {
  const text = url instanceof Secret ? url.reveal() : url;
  // The error of URL carries its input, and that has the password.
  if (!URL.canParse(text)) throw new Problem('ledger', `The address of the Redis ledger cannot be read: ${FORM}.`);
  const { protocol, hostname, port, username, password, pathname } = new URL(text);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  if ((protocol !== 'redis:' && protocol !== 'rediss:') || host === '')
    throw new Problem('ledger', `The address of the Redis ledger is for another kind of server: ${FORM}.`);
  if (!/^\/?\d*$/.test(pathname))
    throw new Problem(
      'ledger',
      'The address of the Redis ledger ends in something that is no database number: leave it away.',
    );
  if (tls.ca !== undefined && protocol === 'redis:')
    throw new Problem(
      'ledger',
      'A certificate is given for a Redis ledger without TLS: write rediss:// in its address.',
    );
  return {
    where: `${hostname}:${port || '6379'}`,
    options: {
      host,
      port: Number(port || '6379'),
      ...(username ? { username: decodeURIComponent(username) } : {}),
      ...(password ? { password: decodeURIComponent(password) } : {}),
      db: Number(pathname.slice(1)),
      ...(protocol === 'rediss:' ? { tls: { ...nameOf(host), ...certificateOf(tls.ca) } } : {}),
    },
  };
}

// A server of many names has to be told which one is meant; a number is no name.
function nameOf(host: string): { servername?: string } {
  return /^[\d.]+$|:/.test(host) ? {} : { servername: host };
}

function certificateOf(file: string | undefined): { ca?: string } {
  if (file === undefined) return {};
  try {
    return { ca: readFileSync(file, 'utf8') };
  } catch (cause) {
    throw new Problem(
      'ledger',
      `The certificate ${file} of the Redis ledger cannot be read: check that it is there and readable for this user.`,
      { cause },
    );
  }
}
