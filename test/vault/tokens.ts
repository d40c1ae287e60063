import { randomBytes, randomUUID } from 'node:crypto';
import { Refusal } from './refusal.ts';

interface Token {
  id: string;
  accessor: string;
  policies: string[];
  /** Seconds it was made for; 0 never ends. */
  creationTtl: number;
  createdAt: number;
  expiresAt: number | undefined;
  renewable: boolean;
}

/** The tokens of one cluster, by a clock in ms since 1970. */
export function createTokens(now: () => number) {
  const all = new Map<string, Token>();
  const make = (policies: string[], ttlS: number, renewable: boolean): Token => {
    const expiresAt = ttlS > 0 ? now() + ttlS * 1000 : undefined;
    const id = `hvs.${randomBytes(18).toString('base64url')}`;
    const token = { id, accessor: randomUUID(), policies, creationTtl: ttlS, createdAt: now(), expiresAt, renewable };
    all.set(id, token);
    return token;
  };
  const find = (id: string | undefined): Token => {
    const token = id === undefined ? undefined : all.get(id);
    if (!token || (token.expiresAt !== undefined && token.expiresAt <= now()))
      throw new Refusal(403, ...(id === undefined ? [] : ['permission denied']));
    return token;
  };
  const left = ({ expiresAt }: Token) => (expiresAt === undefined ? 0 : Math.ceil((expiresAt - now()) / 1000));

  return {
    find,
    root: () => make(['root'], 0, false).id,
    lookup(token: Token) {
      return {
        ...{
          accessor: token.accessor,
          creation_time: Math.floor(token.createdAt / 1000),
          creation_ttl: token.creationTtl,
        },
        ...{
          display_name: 'token',
          entity_id: '',
          explicit_max_ttl: 0,
          id: token.id,
          meta: null,
          num_uses: 0,
          orphan: true,
        },
        expire_time: token.expiresAt === undefined ? null : new Date(token.expiresAt).toISOString(),
        issue_time: new Date(token.createdAt).toISOString(),
        ...{
          path: 'auth/token/create',
          policies: token.policies,
          renewable: token.renewable,
          ttl: left(token),
          type: 'service',
        },
      };
    },
    renew(token: Token, incrementS: number | undefined) {
      if (!token.renewable || token.expiresAt === undefined) throw new Refusal(400, 'lease is not renewable');
      token.expiresAt = now() + (incrementS ?? token.creationTtl) * 1000;
      return authOf(token, left(token));
    },
    create(by: Token, asked: { policies: string[]; ttlS: number; renewable: boolean }) {
      const isRoot = by.policies.includes('root');
      const strange = asked.policies.filter((name) => !isRoot && !by.policies.includes(name));
      if (strange.length > 0) throw new Refusal(400, 'child policies must be subset of parent');
      const token = make([...new Set(['default', ...asked.policies])], asked.ttlS, asked.renewable);
      return authOf(token, asked.ttlS);
    },
  };
}
export type Tokens = ReturnType<typeof createTokens>;
export type TokenOf = Parameters<Tokens['lookup']>[0];

function authOf({ id, accessor, policies, renewable }: Token, ttlS: number) {
  return {
    ...{ client_token: id, accessor, policies, token_policies: policies, metadata: null, lease_duration: ttlS },
    ...{ renewable, entity_id: '', token_type: 'service', orphan: false, mfa_requirement: null, num_uses: 0 },
  };
}
