import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createJournal } from '#src/agent/journal.ts';
import { bareCommit, bareSeal, timed } from './limits.ts';
import type { Row } from './table.ts';
import { median } from './table.ts';

const ORDER = { kind: 'run', v: 1, operation: 'status', version: 1, input: {}, operator: 1001 } as const;

/** What one durable step and one sealed order cost, beside a bare SQLite commit with the same safety. */
export async function stores(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'nightguard-bench-'));
  const journal = createJournal({ file: join(folder, 'journal.db'), now: Date.now });
  const accept = await timed((n) => journal.accept(`job${n}`, ORDER, Date.now() + 60_000));
  journal.close();
  await rm(folder, { recursive: true });
  const commit = await bareCommit();
  return [
    {
      what: 'journal accepts a job, p50',
      unit: 'ms',
      value: median(accept),
      beside: { what: 'bare SQLite commit', value: commit.p50 },
    },
    { what: 'order sealed and opened, p50', unit: 'ms', value: (await bareSeal()).p50 },
  ];
}
