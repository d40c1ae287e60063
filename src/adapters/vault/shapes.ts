import { z } from 'zod';

// Of what Vault and OpenBao answer, what is used here; both may say more.

/** An answer that is an error. */
export const Errors = z.looseObject({ errors: z.array(z.string()) });

/** `sys/seal-status`, and the answer to each share. */
export const SealStatus = z
  .looseObject({
    type: z.string().default('shamir'),
    initialized: z.boolean(),
    sealed: z.boolean(),
    t: z.number().int(),
    n: z.number().int(),
    progress: z.number().int(),
    nonce: z.string(),
    version: z.string().default('unknown'),
    cluster_name: z.string().optional(),
  })
  .transform(({ type, initialized, sealed, t, n, progress, nonce, version, cluster_name }) => ({
    ...{ type, initialized, sealed, threshold: t, shares: n, progress, nonce, version, cluster: cluster_name },
  }));

/** `sys/health`. */
export const Health = z
  .looseObject({ initialized: z.boolean(), sealed: z.boolean(), standby: z.boolean(), version: z.string() })
  .transform(({ initialized, sealed, standby, version }) => ({ initialized, sealed, standby, version }));

const wrapped = <T extends z.ZodType>(data: T) =>
  z.looseObject({ data }).transform(({ data: inner }) => inner as z.output<T>);

/** `auth/token/lookup-self`: ttl in seconds, 0 for a token without end. */
export const TokenLookup = wrapped(
  z
    .looseObject({
      display_name: z.string().default(''),
      policies: z.array(z.string()),
      ttl: z.number(),
      renewable: z.boolean().default(false),
      expire_time: z.string().nullable(),
    })
    .transform(({ display_name, policies, ttl, renewable, expire_time }) => ({
      ...{ displayName: display_name, policies, renewable },
      ttlS: ttl,
      expiresAt: expire_time === null ? undefined : Date.parse(expire_time),
    })),
);

/** What makes or renews a token. */
export const TokenGrant = z
  .looseObject({
    auth: z.looseObject({ client_token: z.string(), lease_duration: z.number(), policies: z.array(z.string()) }),
  })
  .transform(({ auth }) => ({ token: auth.client_token, ttlS: auth.lease_duration, policies: auth.policies }));

/** The metadata of one kv version 2 secret, newest version included. */
export const SecretMetadata = wrapped(
  z
    .looseObject({
      created_time: z.string(),
      updated_time: z.string(),
      current_version: z.number().int(),
      versions: z.record(
        z.string(),
        z.looseObject({ created_time: z.string(), deletion_time: z.string(), destroyed: z.boolean() }),
      ),
    })
    .transform(({ updated_time, current_version, versions }) => {
      const newest = versions[String(current_version)];
      const isGone = newest === undefined || newest.destroyed || newest.deletion_time !== '';
      return {
        version: current_version,
        versions: Object.keys(versions).length,
        updatedAt: Date.parse(updated_time),
        isGone,
      };
    }),
);

/** A secret's keys; its values never leave this schema. */
export const SecretKeys = wrapped(
  z
    .looseObject({ data: z.record(z.string(), z.unknown()).nullable() })
    .transform(({ data }) => Object.keys(data ?? {}).sort()),
);
