import { z } from 'zod';
import { TARGET_KINDS } from '#src/operation/params.ts';
import { Head } from './chain.ts';

/** Most targets that a beacon names. */
export const MAX_TARGETS = 500;

/** How the backups of one set stand, in short; times in ms since 1970. */
export const BackupState = z.strictObject({
  set: z.string().max(32),
  savedAt: z.number().int().optional(),
  provenAt: z.number().int().optional(),
  /** The newest one is older than it should be, or the last try failed. */
  trouble: z.literal(true).optional(),
});
export type BackupState = z.infer<typeof BackupState>;

/** A share of a Vault that a node keeps: never the share. The fingerprint means something on that node alone. */
export const AnnouncedShare = z.strictObject({
  vault: z.string().max(32),
  label: z.string().max(40).optional(),
  fingerprint: z.string().max(16),
});

/** What a node announces of itself, latest value only. */
export const Beacon = z.strictObject({
  v: z.literal(1),
  /** ms since 1970 by the node's clock. */
  at: z.number().int(),
  release: z.string().max(40),
  /** A node that names no environment is treated as prod. */
  environment: z.enum(['prod', 'stage', 'dev']).default('prod'),
  labels: z.record(z.string().max(40), z.string().max(80)),
  /** Version of each operation that this agent knows. */
  operations: z.record(z.string().max(32), z.number().int().positive()),
  /** Names of the workloads on this node. */
  targets: z.array(z.string().max(63)).max(MAX_TARGETS),
  /** Names of what else is declared here, by kind. */
  inventory: z.partialRecord(z.enum(TARGET_KINDS), z.array(z.string().max(32)).max(100)).optional(),
  /** Sets of which it knows something. */
  backups: z.array(BackupState).max(100).optional(),
  policy: z.string().max(64),
  /** Its rules stand where the agent's own user can change them. */
  policyOpen: z.literal(true).optional(),
  /** It holds the seeds of authenticators, and proves that a person was there. */
  approver: z.literal(true).optional(),
  /** Which Vaults it has a share for, one entry a share. */
  shares: z.array(AnnouncedShare).max(100).optional(),
  /** The lockdown that it is under, and the one that was lifted there last. */
  lockdown: z.string().max(40).optional(),
  /** A file on it locks it, whatever else does. */
  lockdownFile: z.literal(true).optional(),
  lifted: z.string().max(40).optional(),
  /** Where its own audit stands. */
  audit: Head.optional(),
});
export type Beacon = z.infer<typeof Beacon>;
export type Environment = Beacon['environment'];
