import { z } from 'zod';
import { EndpointSpec } from '#src/adapters/endpoints.ts';
import { ProcessSpec } from '#src/adapters/process/spec.ts';
import { Rule } from './policy.ts';

const NAME = /^[a-z0-9][a-z0-9_-]{0,31}$/;
const nameMessage = 'a name has small letters, digits, "-" or "_" and begins with a letter or digit';

/** The name of a node, an endpoint or a workload in configuration. */
export const Name = z.string().regex(NAME, nameMessage);

/** The figures that readings are compared with; the defaults are those of row H1. */
export const ThresholdsConfig = z.strictObject({
  diskFreeGb: z.number().positive().default(10),
  memoryPercent: z.number().min(1).max(100).default(80),
  endpointP95Ms: z.number().positive().default(500),
  endpointErrorPercent: z.number().positive().max(100).default(1),
});

/** The `node:` section of the configuration: what this machine is, what runs on it and what it allows. */
export const NodeConfig = z.strictObject({
  name: Name,
  /** Left out, it is treated as prod. */
  environment: z.enum(['prod', 'stage', 'dev']).default('prod'),
  labels: z.record(z.string().max(40), z.string().max(80)).default({}),
  workloads: z.record(Name, ProcessSpec).default({}),
  endpoints: z.record(Name, EndpointSpec).default({}),
  /** Paths whose file systems `health` reads. */
  disks: z.array(z.string().startsWith('/')).min(1).default(['/']),
  thresholds: ThresholdsConfig.prefault({}),
  policy: z.array(Rule).default([]),
});
export type NodeConfig = z.infer<typeof NodeConfig>;
