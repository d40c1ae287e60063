import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { waitUntil } from '#src/kit/waitUntil.ts';

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'nightguard-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A signal that ends with the test's own patience. */
export function patience(): AbortSignal {
  return AbortSignal.timeout(30_000);
}

/** Waits until something holds, for as long as tests have. */
export async function until(holds: () => Promise<boolean> | boolean, what: string): Promise<void> {
  await waitUntil(async () => (await holds()) || undefined, { withinMs: 30_000, everyMs: 20, what });
}
