import { z } from 'zod';
import { durationText } from '../durationText.ts';

const PROGRAM = 'write the program and its arguments as a list, or name the engine that runs it: podman or systemd';
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * One workload of the node's configuration that runs as a plain process. Its program stays in the foreground.
 * It gets PATH, HOME, LANG, TMPDIR, `env`, and PORT when it has a port; nothing else of the agent's environment.
 */
export const ProcessSpec = z
  .strictObject({
    engine: z.literal('process').optional(),
    /** The program and its arguments, run without a shell; a first word `nightguard` means this program itself. */
    command: z.tuple([z.string().min(1, PROGRAM)], z.string(), PROGRAM),
    cwd: z.string().startsWith('/', 'write the full path of the folder').optional(),
    env: z.record(z.string().regex(VARIABLE, 'not a name of an environment variable'), z.string()).default({}),
    /** `auto` picks a free port at each start. */
    port: z.union([z.number().int().min(1).max(65535), z.literal('auto')]).optional(),
    /** A path on that port of 127.0.0.1, or a full http(s) address. */
    health: z
      .union([z.string().regex(/^\/\S*$/), z.url({ protocol: /^https?$/ })], {
        error: 'write a path such as /health, or a full http:// or https:// address',
      })
      .optional(),
    startTimeout: durationText('30s', '1h'),
    stopTimeout: durationText('10s', '10m'),
  })
  .refine((spec) => spec.port !== undefined || !spec.health?.startsWith('/'), {
    path: ['health'],
    message: 'a path needs a port: add port, or write a full address',
  });
export type ProcessSpec = z.infer<typeof ProcessSpec>;
