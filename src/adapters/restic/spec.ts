import { z } from 'zod';

const HOST = /^(?:[a-z_][a-z0-9_-]*@)?[a-z0-9][a-z0-9.-]*$/i;
const fullPath = z.string().regex(/^\/[^\n\0]*$/, 'write a full path');
const plainUrl = z
  .url({ protocol: /^https?$/, error: 'write a full http:// or https:// address' })
  .refine((url) => !url.includes('@'), 'user name and password belong into the file of credentials');

const common = {
  /** What it is stored on; two destinations of one medium are lost together. Its kind when it is left out. */
  medium: z.string().min(1).max(40).optional(),
  /** A file of NAME=value lines for restic alone, such as AWS_ACCESS_KEY_ID. */
  credentials: fullPath.optional(),
};

/** One place where a repository is, by how it is reached. */
export const DestinationSpec = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('path'),
    path: fullPath,
    offSite: z.boolean().default(false),
    /** How much of its file system should stay free. */
    minFreePercent: z.number().min(0).max(100).default(10),
    ...common,
  }),
  z.strictObject({
    kind: z.literal('sftp'),
    host: z.string().regex(HOST, 'write host or user@host'),
    path: fullPath,
    offSite: z.boolean().default(true),
    ...common,
  }),
  z.strictObject({ kind: z.literal('s3'), url: plainUrl, offSite: z.boolean().default(true), ...common }),
  z.strictObject({
    kind: z.literal('gs'),
    bucket: z.string().regex(/^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/, 'write the name of a bucket'),
    path: fullPath.default('/'),
    offSite: z.boolean().default(true),
    ...common,
  }),
  z.strictObject({ kind: z.literal('rest'), url: plainUrl, offSite: z.boolean().default(true), ...common }),
]);
export type DestinationSpec = z.infer<typeof DestinationSpec>;

/** A destination as restic writes it. */
export function locationOf(spec: DestinationSpec): string {
  switch (spec.kind) {
    case 'path':
      return spec.path;
    case 'sftp':
      return `sftp:${spec.host}:${spec.path}`;
    case 's3':
      return `s3:${spec.url}`;
    case 'gs':
      return `gs:${spec.bucket}:${spec.path}`;
    case 'rest':
      return `rest:${spec.url}`;
    default:
      return spec satisfies never;
  }
}
