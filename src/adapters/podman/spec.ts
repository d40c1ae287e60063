import { z } from 'zod';
import { durationText } from '../durationText.ts';

const CONTAINER = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/;

/** One workload of the node's configuration that is a container. It is made by whoever made it (podman run, compose, quadlet); Nightguard never makes or removes one. */
export const PodmanSpec = z.strictObject({
  engine: z.literal('podman'),
  /** The container's name, where it is not the workload's. */
  container: z.string().regex(CONTAINER, 'not a name of a container').optional(),
  /** How long it may take to become healthy; its health check must get a turn or two in that time. */
  startTimeout: durationText('60s', '1h'),
  stopTimeout: durationText('10s', '10m'),
});
export type PodmanSpec = z.infer<typeof PodmanSpec>;
