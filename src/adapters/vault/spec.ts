import { z } from 'zod';
import { durationText } from '../durationText.ts';

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/** The address of one server. Without TLS a share could be read on its way, so that is for this machine alone. */
const ServerUrl = z
  .url({ protocol: /^https?$/, error: 'write a full https:// address' })
  .refine(isSafe, 'is not encrypted: write https://, or have Vault listen on this machine (127.0.0.1)')
  .refine(isBare, 'is the address of the server alone, such as https://vault.example.org:8200');

const path = z.string().startsWith('/', 'write the full path of the file');

/** A token that can be asked for: what it may do, for how long, and into which file it goes. */
const GrantSpec = z.strictObject({
  policies: z
    .array(z.string().regex(/^[a-z0-9][a-z0-9_./-]{0,63}$/))
    .min(1)
    .max(20),
  ttl: durationText('24h', '768h'),
  file: path,
});

/** One Vault (HashiCorp's, or OpenBao) in the node's configuration. */
export const VaultSpec = z.strictObject({
  url: ServerUrl,
  /** The other servers of its cluster: each has a seal of its own. */
  peers: z.array(ServerUrl).max(8).default([]),
  /** A PEM file of the only authority that is believed; left out, those of the system. */
  ca: path.optional(),
  /** Workloads that cannot do without it. */
  dependants: z.array(z.string()).max(20).default([]),
  timeout: durationText('5s', '1m'),
  /** A file with the token with which this node asks what Vault tells to nobody. */
  tokenFile: path.optional(),
  /** The token is told to end soon this long before. */
  tokenWarn: durationText('3d', '90d'),
  /** The kv version 2 engine in which secrets are looked for. */
  mount: z
    .string()
    .regex(/^[a-zA-Z0-9_-]{1,64}$/, 'a mount has letters, digits, "-" or "_"')
    .default('secret'),
  /** `local`: this node alone keeps as many shares as open it. */
  mode: z.enum(['shares', 'local']).default('shares'),
  /** Shares for it may be kept on this machine although it runs here itself. */
  shareHere: z.boolean().default(false),
  /** Tokens that can be made for others on this machine, by name. */
  grants: z.record(z.string().regex(/^[a-z0-9][a-z0-9_-]{0,31}$/), GrantSpec).default({}),
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
