import { createCommand } from '#src/adapters/command.ts';

/** A process that pours without end into one that writes `begun` (both their ids) when it gets something, and `ended` when it sees the end. The source does not mind when nobody reads it any more. */
const [, , folder = ''] = process.argv;
const taking = `read -r source; echo $$ $source >'${folder}/now'; mv '${folder}/now' '${folder}/begun'; cat >/dev/null; : >'${folder}/ended'`;
const source = { file: '/bin/sh', argv: ['-c', "trap '' PIPE; echo $$; while :; do sleep 0.2; done"] };
await createCommand().run(
  '/bin/sh',
  ['-c', taking],
  { timeoutMs: 60_000, source, tied: true },
  AbortSignal.timeout(60_000),
);
