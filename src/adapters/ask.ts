import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { formatDuration } from '#src/kit/duration.ts';
import { sentenceOf } from '#src/kit/problem.ts';

/** What one request gave: a status and how long its head took to come, or in words why there was none. */
export type Answer =
  | { answered: true; status: number; tookMs: number }
  | { answered: false; reason: string; tookMs: number };

/** One fresh GET over its own connection: no redirect is followed, the body is thrown away. Throws only when `signal` aborts. */
export async function ask(url: string, timeoutMs: number, signal: AbortSignal): Promise<Answer> {
  signal.throwIfAborted();
  const deadline = AbortSignal.timeout(timeoutMs);
  const started = performance.now();
  try {
    const status = await statusOf(new URL(url), AbortSignal.any([signal, deadline]));
    return { answered: true, status, tookMs: performance.now() - started };
  } catch (error) {
    signal.throwIfAborted();
    const reason = deadline.aborted ? `no answer in ${formatDuration(timeoutMs)}` : reasonOf(error);
    return { answered: false, reason, tookMs: performance.now() - started };
  }
}

function statusOf(url: URL, signal: AbortSignal): Promise<number> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  const status = Promise.withResolvers<number>();
  const asked = request(url, { signal, agent: false, headers: { 'user-agent': 'nightguard' } }, (response) => {
    // An endless body ends with the deadline; by then the answer is long known.
    response.on('error', () => {});
    response.resume();
    status.resolve(response.statusCode ?? 0);
  });
  asked.on('error', status.reject);
  asked.end();
  return status.promise;
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection closed without an answer',
  EPIPE: 'connection closed without an answer',
  ENOTFOUND: 'unknown host name',
  EAI_AGAIN: 'the host name could not be looked up',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no network',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
};

/** Why a request had no answer, in words. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return REASONS[code] ?? (sentenceOf(error).slice(0, 120) || code);
}
