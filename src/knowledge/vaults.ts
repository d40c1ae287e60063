import { formatDuration } from '#src/kit/duration.ts';
import { clip, count } from '#src/kit/text.ts';
import { utcMinute } from '#src/kit/utc.ts';
import type { Fact, ReplyButton, Tone } from '#src/operation/reply.ts';
import type { VaultLook, VaultServer, VaultToken } from '#src/operation/tools.ts';

const TONES: Record<VaultServer['state'], Tone> = {
  active: 'ok',
  standby: 'ok',
  sealed: 'bad',
  'not initialised': 'warn',
  away: 'bad',
};
/** How much of a nonce people compare. */
const NONCE_SHOWN = 8;

/** One server in words: `sealed · 1 of 3 shares given (5 exist), attempt 1f0c2a9b · v1.10.3`. */
export function serverFact({ host, state, version, cluster, unsealing, because }: VaultServer): Fact {
  const parts = [
    state === 'away' ? (because ?? 'does not answer') : state,
    unsealing && sharesOf(unsealing),
    cluster,
    version && `v${version}`,
  ];
  const value = clip(parts.filter((part) => part !== undefined && part !== '').join(' · '), 400);
  return { label: clip(host, 64), value, tone: TONES[state] };
}

/** What is wrong with a Vault as a whole, in a few words; undefined while one of its servers leads and none is sealed. */
export function vaultTrouble({ name, servers }: VaultLook): string | undefined {
  const sealed = servers.filter(({ state }) => state === 'sealed').length;
  if (sealed > 0)
    return `${name} is sealed${servers.length > 1 ? ` on ${sealed} of ${count(servers.length, 'server')}` : ''}`;
  if (servers.some(({ state }) => state === 'not initialised')) return `${name} is not initialised`;
  if (servers.every(({ state }) => state === 'away')) return `${name} does not answer`;
  if (servers.some(({ state }) => state === 'away')) return `${name}: a server does not answer`;
  return servers.some(({ state }) => state === 'active') ? undefined : `${name} has no active server`;
}

/** Opens what is sealed, each server by itself, with the shares of several nodes. */
export function unsealButtons({ name: vault, servers }: VaultLook): ReplyButton[] {
  const sealed = servers.filter(({ state }) => state === 'sealed');
  return sealed.slice(0, 3).map(({ host: server }) => ({
    label: servers.length === 1 ? 'Unseal' : clip(`Unseal ${server}`, 40),
    operation: 'unseal',
    input: servers.length === 1 ? { vault } : { vault, server },
  }));
}

/** Whether a token ends so soon that it should be told. */
export function isEnding({ ttlMs, warnMs }: VaultToken): boolean {
  return ttlMs !== undefined && ttlMs <= warnMs;
}

/** A token in lines: what it may do and when it ends. */
export function tokenFacts(token: VaultToken): Fact[] {
  const { name, policies, renewable, ttlMs, expiresAt, warnMs } = token;
  const end = expiresAt === undefined ? '' : ` (${utcMinute(expiresAt)})`;
  return [
    {
      label: 'Ends',
      value: ttlMs === undefined ? 'never' : `in ${formatDuration(ttlMs)}${end}`,
      limit: ttlMs === undefined ? undefined : `told from ${formatDuration(warnMs)} before`,
      tone: isEnding(token) ? 'warn' : 'ok',
    },
    { label: 'Renewable', value: renewable ? 'yes' : 'no' },
    { label: 'Policies', value: clip(policies.join(', ') || 'none', 400), tone: isRoot(token) ? 'warn' : undefined },
    ...(name === '' ? [] : [{ label: 'Name', value: clip(name, 400) }]),
  ];
}

/** A token that may do everything, which no machine should keep. */
export function isRoot({ policies }: Pick<VaultToken, 'policies'>): boolean {
  return policies.includes('root');
}

function sharesOf({ threshold, shares, progress, nonce }: NonNullable<VaultServer['unsealing']>): string {
  const attempt = nonce === '' ? '' : `, attempt ${nonce.slice(0, NONCE_SHOWN)}`;
  return `${progress} of ${count(threshold, 'share')} given (${shares} exist)${attempt}`;
}
