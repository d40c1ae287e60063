import { BlockList, isIP } from 'node:net';
import { badRequest } from '../refusal.ts';

const RESERVED = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['224.0.0.0', 3],
] as const) {
  RESERVED.addSubnet(network, prefix, 'ipv4');
}

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];
const PORTS = ['', '80', '88', '443', '8443'];

/**
 * A webhook's address, or Telegram's refusal. The one deviation from Telegram: plain http is accepted on loopback,
 * at any port, as its own server does with --local.
 */
export function checkWebhookUrl(text: string): URL {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`);
  if (url === null || url.hostname === '' || !['http:', 'https:'].includes(url.protocol)) {
    throw badRequest('invalid webhook URL specified');
  }
  if (LOOPBACK.includes(url.hostname)) return url;
  if (url.protocol !== 'https:') throw badRequest('bad webhook: An HTTPS URL must be provided for webhook');
  if (!PORTS.includes(url.port))
    throw badRequest('bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443');
  if (isIP(url.hostname) === 4 && RESERVED.check(url.hostname)) {
    throw badRequest(`bad webhook: IP address ${url.hostname} is reserved`);
  }
  if (url.hostname.startsWith('[')) throw badRequest('bad webhook: IPv6-only addresses are not allowed');
  return url;
}

/** A webhook's secret, or Telegram's refusal. */
export function checkSecret(secret: string): string {
  if (secret.length > 256) throw badRequest('secret token is too long');
  if (!/^[A-Za-z0-9_-]*$/.test(secret)) throw badRequest('secret token contains unallowed characters');
  return secret;
}
