import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';

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
  const temporary = `${path}.tmp`;
  const file = await open(temporary, 'w', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(record)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
