import { z } from 'zod';
import { durationText } from '../durationText.ts';

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/** The address of one server. Without TLS a share could be read on its way, so that is for this machine alone. */
const ServerUrl = z
  .url({ protocol: /^https?$/, error: 'write a full https:// address' })
  .refine(isSafe, 'is not encrypted: write https://, or have Vault listen on this machine (127.0.0.1)')
  .refine(isBare, 'is the address of the server alone, such as https://vault.example.org:8200');

/** One Vault (HashiCorp's, or OpenBao) in the node's configuration. */
export const VaultSpec = z.strictObject({
  url: ServerUrl,
  /** The other servers of its cluster: each has a seal of its own. */
  peers: z.array(ServerUrl).max(8).default([]),
  /** A PEM file of the only authority that is believed; left out, those of the system. */
  ca: z.string().startsWith('/', 'write the full path of the file').optional(),
  /** Workloads that cannot do without it. */
  dependants: z.array(z.string()).max(20).default([]),
  timeout: durationText('5s', '1m'),
});
export type VaultSpec = z.infer<typeof VaultSpec>;

function isSafe(url: string): boolean {
  const parsed = URL.parse(url);
  return !parsed || parsed.protocol === 'https:' || LOOPBACK.includes(parsed.hostname);
}

function isBare(url: string): boolean {
  const parsed = URL.parse(url);
  return !parsed || `${parsed.origin}/` === parsed.href;
}
