import { open, rm, stat } from 'node:fs/promises';

/** Since when (ms since 1970) somebody wants this workload stopped; undefined when it is to run. */
export async function readStopMark(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.mtimeMs;
}

/** Writes down, or takes back, that this workload is to stay stopped, so that the next agent does not start it. */
export async function setStopMark(path: string, stopped: boolean): Promise<void> {
  if (!stopped) return rm(path, { force: true });
  const file = await open(path, 'w', 0o600);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
