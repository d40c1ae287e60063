import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { writePrivate } from '#src/kit/privateFile.ts';

/** What is written down about a started process, so that the next agent knows it again. A pid is never 0 or 1: signalling those hits everybody. */
export const ProcessRecord = z.strictObject({
  pid: z.number().int().min(2),
  identity: z.string().min(1),
  port: z.number().int().optional(),
  /** ms since 1970. */
  startedAt: z.number(),
});
export type ProcessRecord = z.infer<typeof ProcessRecord>;

/** The record in `path`; undefined when there is none or it cannot be understood. */
export async function readRecord(path: string): Promise<ProcessRecord | undefined> {
  try {
    return ProcessRecord.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined;
  }
}

/** Replaces the record in one step that survives a power cut: the old one or the new one, never half of one. */
export async function writeRecord(path: string, record: ProcessRecord): Promise<void> {
  await writePrivate(path, `${JSON.stringify(record)}\n`);
}
