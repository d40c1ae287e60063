import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { Saying } from '#src/wire/event.ts';
import { WorkOrder } from '#src/wire/order.ts';

/** What the journal knows of one job. */
export interface JournalEntry {
  job: string;
  order: WorkOrder;
  /** By this time (ms since 1970) it must have started. */
  expiresAt: number;
  startedAt: number | undefined;
  /** The image of the target from before the start. */
  before: unknown;
  /** The last step of kind `once` that was begun. */
  onceStep: string | undefined;
}

/** The order that a job began with; undefined when it was noted without one. */
export function orderOf(db: DatabaseSync, job: string): WorkOrder | undefined {
  const work = db.prepare('SELECT work FROM jobs WHERE job = ?').get(job)?.['work'];
  return typeof work === 'string' ? WorkOrder.parse(JSON.parse(work)) : undefined;
}

const Row = z.object({
  job: z.string(),
  work: z.string(),
  expires_at: z.number(),
  started_at: z.number().nullable(),
  before: z.string().nullable(),
  once_step: z.string().nullable(),
});

/** Reads one row of the jobs. */
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
