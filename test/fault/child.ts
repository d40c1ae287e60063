import { z } from 'zod';
import { FileConfig } from '#src/cli/config.ts';
import { createHouse } from '#src/cli/house.ts';
import { Secret } from '#src/kit/secret.ts';
import { createLog } from '#src/log.ts';
import { createKiller } from './killer.ts';
import type { Point } from './points.ts';

const Task = z.object({
  state: z.string(),
  apiRoot: z.string(),
  token: z.string(),
  config: z.unknown(),
  point: z.custom<Point>((value) => typeof value === 'string').optional(),
  occurrence: z.number().default(1),
  later: z.boolean(),
});

/** One life of the product under test: a whole house that dies at the given point. Speaks with the trial over IPC. */
const task = Task.parse(JSON.parse(process.argv[2] ?? ''));
const killer = createKiller(task.point === undefined ? undefined : { point: task.point, occurrence: task.occurrence });
const house = await createHouse({
  config: FileConfig.parse(task.config),
  state: task.state,
  telegram: { token: new Secret(task.token), apiRoot: task.apiRoot },
  log: createLog({ level: process.env['NIGHTGUARD_LOG'] ?? 'silent', secrets: [] }),
  between: killer.between,
});

process.on('message', (message) => {
  if (message === 'arm') killer.arm();
  if (message === 'counts') process.send?.({ counts: killer.counts() });
  if (message === 'stop') void house.stop().then(() => process.exit(0));
});
// A first life boots in peace and is armed over IPC; a later one may die while it recovers.
if (task.later) killer.arm();
await house.start();
process.send?.('ready');
