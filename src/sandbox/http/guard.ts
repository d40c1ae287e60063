import type { IncomingMessage } from 'node:http';

const LOOPBACK = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i;

/**
 * Why a request must not be served, if so. Only this machine's own programs and the sandbox's own page may talk to it:
 * a web page elsewhere (also through DNS rebinding) must not become Ada.
 */
export function objection(request: IncomingMessage, port: number): string | undefined {
  const { host, origin, 'sec-fetch-site': site } = request.headers;
  if (host === undefined || !LOOPBACK.test(host)) return 'The sandbox answers on 127.0.0.1 and localhost only.';
  if (origin !== undefined && !ownOrigins(port).includes(origin.toLowerCase())) {
    return 'The sandbox does not serve other web pages.';
  }
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    return 'The sandbox does not serve other web pages.';
  return undefined;
}

function ownOrigins(port: number): string[] {
  return ['127.0.0.1', 'localhost', '[::1]'].map((name) => `http://${name}${port === 80 ? '' : `:${port}`}`);
}
