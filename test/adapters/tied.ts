import { createCommand } from '#src/adapters/command.ts';

/** A process that pours what one shell writes into another, tied to itself. */
const [, , from = '', into = ''] = process.argv;
await createCommand().run(
  '/bin/sh',
  ['-c', into],
  { timeoutMs: 60_000, source: { file: '/bin/sh', argv: ['-c', from] }, tied: true },
  AbortSignal.timeout(60_000),
);
