import { createCommand } from '#src/adapters/command.ts';

/** A process that pours without end into one that writes `begun` when it gets something and `ended` when it sees the end. */
const [, , folder = ''] = process.argv;
const taking = `head -c 1 >/dev/null; echo $$ >'${folder}/begun'; cat >/dev/null; : >'${folder}/ended'`;
const source = { file: '/bin/cat', argv: ['/dev/zero'] };
await createCommand().run(
  '/bin/sh',
  ['-c', taking],
  { timeoutMs: 60_000, source, tied: true },
  AbortSignal.timeout(60_000),
);
