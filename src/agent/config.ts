import { z } from 'zod';
import { BackupSpec } from '#src/adapters/backup/spec.ts';
import { durationText } from '#src/adapters/durationText.ts';
import { EndpointSpec } from '#src/adapters/endpoints.ts';
import { PodmanSpec } from '#src/adapters/podman/spec.ts';
import { ProcessSpec } from '#src/adapters/process/spec.ts';
import { SystemdSpec } from '#src/adapters/systemd/spec.ts';
import { VaultSpec } from '#src/adapters/vault/spec.ts';
import { Rules } from './policy/rule.ts';

const NAME = /^[a-z0-9][a-z0-9_-]{0,31}$/;
const nameMessage = 'a name has small letters, digits, "-" or "_" and begins with a letter or digit';

/** The name of a node, an endpoint or a workload in configuration. */
export const Name = z.string().regex(NAME, nameMessage);

const percent = (ordinary: number) => z.number().min(1).max(100).default(ordinary);

/** The figures that readings are compared with; the defaults are those of rows H1 and H6. */
export const ThresholdsConfig = z
  .strictObject({
    diskFreeGb: z.number().positive().default(10),
    diskCleanPercent: percent(60),
    diskAlertPercent: percent(75),
    diskPanicPercent: percent(85),
    memoryPercent: percent(80),
    endpointP95Ms: z.number().positive().default(500),
    endpointErrorPercent: z.number().positive().max(100).default(1),
  })
  .refine((limits) => limits.diskCleanPercent <= limits.diskAlertPercent, {
    path: ['diskAlertPercent'],
    message: 'alert comes after clean: make it at least diskCleanPercent',
  })
  .refine((limits) => limits.diskAlertPercent <= limits.diskPanicPercent, {
    path: ['diskPanicPercent'],
    message: 'panic comes after alert: make it at least diskAlertPercent',
  });

/** What the agent watches by itself, and how often. */
const WatchConfig = z.strictObject({
  every: durationText('60s', '1h'),
  off: z.array(z.enum(['disk', 'memory', 'workload', 'endpoint', 'vault', 'backup'])).default([]),
});

/** One workload, by what runs it; a plain process unless its `engine` says otherwise. */
const WorkloadSpec = z.discriminatedUnion('engine', [ProcessSpec, PodmanSpec, SystemdSpec], {
  error: ({ code }) => (code === 'invalid_union' ? 'write process, podman or systemd' : undefined),
});

/** How the containers of this machine are reached. */
const PodmanConfig = z.strictObject({
  /** The path of its socket; found by itself when it is left out. */
  socket: z.string().startsWith('/', 'write the full path of the socket').optional(),
  /** Whether containers that nobody declared are told of and may be named. */
  discover: z.boolean().default(false),
});

/** The `node:` section of the configuration: what this machine is, what runs on it and what it allows. */
export const NodeConfig = z
  .strictObject({
    name: Name,
    /** Left out, it is treated as prod. */
    environment: z.enum(['prod', 'stage', 'dev']).default('prod'),
    labels: z.record(z.string().max(40), z.string().max(80)).default({}),
    workloads: z.record(Name, WorkloadSpec).default({}),
    podman: PodmanConfig.prefault({}),
    endpoints: z.record(Name, EndpointSpec).default({}),
    vaults: z.record(Name, VaultSpec).default({}),
    /** What is backed up, and where to. */
    backup: BackupSpec.prefault({}),
    /** Other nodes whose silence this one notices, so that a hub that sleeps is woken to tell it. */
    siblings: z.array(Name).default([]),
    /** Paths whose file systems `health` reads. */
    disks: z.array(z.string().startsWith('/')).min(1).default(['/']),
    thresholds: ThresholdsConfig.prefault({}),
    watch: WatchConfig.prefault({}),
    /** What it allows, where the agent's own user can change it. */
    policy: Rules.default([]),
    /** A file whose being there stops all changes; left out, `lockdown` in the state folder. */
    lockdownFile: z.string().startsWith('/', 'write the full path of the file').optional(),
    /** The same in a file that the agent's user cannot change. */
    policyFile: z.string().startsWith('/', 'write the full path of the file').optional(),
  })
  .refine(({ policy, policyFile }) => policyFile === undefined || policy.length === 0, {
    path: ['policyFile'],
    message: 'the rules stand in one place: either under policy or in policyFile',
  });
export type NodeConfig = z.infer<typeof NodeConfig>;
