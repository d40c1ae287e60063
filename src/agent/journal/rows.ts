import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { Saying } from '#src/wire/event.ts';
import { WorkOrder } from '#src/wire/order.ts';
import type { JournalEntry } from '../journal.ts';

const Row = z.object({
  job: z.string(),
  work: z.string(),
  expires_at: z.number(),
  started_at: z.number().nullable(),
  before: z.string().nullable(),
  once_step: z.string().nullable(),
});

/** What a row of the jobs says about one that was accepted. */
export function entryOf(row: unknown): JournalEntry {
  const { job, work, expires_at, started_at, before, once_step } = Row.parse(row);
  return {
    job,
    order: WorkOrder.parse(JSON.parse(work)),
    expiresAt: expires_at,
    startedAt: started_at ?? undefined,
    before: JSON.parse(before ?? 'null'),
    onceStep: once_step ?? undefined,
  };
}

/** The order of a job, while the journal has it. */
export function orderOf(db: DatabaseSync, job: string): WorkOrder | undefined {
  const work = db.prepare('SELECT work FROM jobs WHERE job = ?').get(job)?.['work'];
  return typeof work === 'string' ? WorkOrder.parse(JSON.parse(work)) : undefined;
}

/** A verdict with what a hub whose ledger lost the job needs to tell it all the same. */
export function withAsked(saying: Saying, order: WorkOrder | undefined): Saying {
  if (saying.kind !== 'verdict' || order?.kind !== 'run') return saying;
  const { operation, input, operator, place, confirm } = order;
  return {
    ...saying,
    asked: { operation, input, operator, ...(place ? { place } : {}), ...(confirm ? { confirm } : {}) },
  };
}

/** Whether a statement changed anything. */
export function touched({ changes }: { changes: number | bigint }): boolean {
  return Number(changes) > 0;
}
