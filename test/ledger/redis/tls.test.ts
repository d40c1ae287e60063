import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createRedisLedger } from '#src/ledger/redis/ledger.ts';
import { startRedis, whyWithout } from '../../fixtures/redis.ts';
import { createStop, LONG_MS } from '../contract/waiting.ts';
import { sampleAsk, tokensOf } from '../samples.ts';
import { openLedger, problem, REDIS } from './opened.ts';

/** A server with a certificate for `localhost` that nobody but its own file vouches for. */
async function secured() {
  const folder = mkdtempSync(join(tmpdir(), 'nightguard-tls-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  await promisify(execFile)('openssl', [...request, ...subject, '-keyout', key, '-out', cert]);
  const server = await startRedis({ tls: { cert, key }, acl: ['user default on >s3cret ~* &* +@all'] });
  return { cert, url: `rediss://default:s3cret@localhost:${server.port}`, port: server.port };
}

const why = whyWithout('openssl');

describe.skipIf(REDIS.isMissing || why !== undefined)(`a Redis with TLS ${why ?? REDIS.name}`, () => {
  test('is used by whoever has its certificate, the waits too', async () => {
    const { cert, url } = await secured();
    const ledger = openLedger({ url, tls: { ca: cert } });
    const waiting = ledger.orders('alpha', '0', LONG_MS, createStop().signal);
    await ledger.ask(sampleAsk('1'));
    expect(tokensOf(await waiting)).toEqual(['order j1']);
  });

  test('is not used by whoever has another one, or none, or another name for it', async () => {
    const { cert, url, port } = await secured();
    const stranger = problem(
      /localhost:\d+ shows a certificate that cannot be trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)/,
    );
    await expect(openLedger({ url }).ping()).rejects.toEqual(stranger);
    const other = await secured();
    await expect(openLedger({ url, tls: { ca: other.cert } }).ping()).rejects.toEqual(stranger);
    const byNumber = openLedger({ url: `rediss://default:s3cret@127.0.0.1:${port}`, tls: { ca: cert } });
    await expect(byNumber.ping()).rejects.toEqual(problem(/\(ERR_TLS_CERT_ALTNAME_INVALID\): use the name it is for/));
  });

  test('is a problem for whoever speaks without it', async () => {
    const { port } = await secured();
    await expect(openLedger({ url: `redis://localhost:${port}` }).ping()).rejects.toEqual(problem(/cannot be reached/));
  });
});

describe('the address of a Redis', () => {
  const cases = [
    {
      name: 'is no address',
      url: 'localhost:6379 hunter2',
      message: /another kind of server|cannot be read: write redis/,
    },
    {
      name: 'is for another server',
      url: 'https://:hunter2@localhost',
      message: /is for another kind of server: write redis/,
    },
    { name: 'has no host', url: 'redis://', message: /write redis:\/\// },
    { name: 'ends in words', url: 'redis://:hunter2@localhost/first', message: /no database number: leave it away/ },
    {
      name: 'has a certificate and no TLS',
      url: 'redis://:hunter2@localhost',
      ca: '/etc/hostname',
      message: /write rediss:\/\//,
    },
    {
      name: 'has a certificate that is not there',
      url: 'rediss://:hunter2@localhost',
      ca: '/nowhere/ca.pem',
      message: /\/nowhere\/ca\.pem .* cannot be read: check that it is there/,
    },
  ];
  test.for(cases)('that $name is refused in words without its password', ({ url, ca, message }) => {
    let failure: unknown;
    try {
      createRedisLedger({ url, tls: { ca } });
    } catch (error) {
      failure = error;
    }
    expect(failure).toEqual(problem(message));
    expect(failure instanceof Error ? `${failure.stack} ${String(failure.cause)}` : '').not.toContain('hunter2');
  });
});
