import { readFile } from 'node:fs/promises';
import type { Follow, Going } from '#src/operation/backups.ts';

const EVERY_MS = 1000;

/**
 * Tells how much a restore has written, in place of restic, whose restore says nothing before 0.15: by what the system
 * counts for the process. Silent where the system does not tell.
 */
export function followWritten(totalBytes: number | undefined, follow: Follow) {
  let timer: NodeJS.Timeout | undefined;
  const began = performance.now();
  const goingOf = (bytes: number): Going => {
    if (totalBytes === undefined || totalBytes === 0) return { at: 'restoring', bytes };
    if (bytes >= totalBytes) return { at: 'comparing the contents with the backup' };
    const perByte = (performance.now() - began) / Math.max(bytes, 1);
    return {
      ...{ at: 'restoring', bytes, totalBytes, percent: Math.floor((bytes * 100) / totalBytes) },
      ...(bytes > 0 ? { remainingMs: Math.ceil((totalBytes - bytes) * perByte) } : {}),
    };
  };
  const look = async (pid: number): Promise<void> => {
    const bytes = await writtenBy(pid);
    if (bytes !== undefined && timer) follow(goingOf(bytes));
  };
  return {
    start(pid: number): void {
      follow(goingOf(0));
      clearInterval(timer);
      timer = setInterval(() => void look(pid), EVERY_MS);
    },
    end(): void {
      clearInterval(timer);
      timer = undefined;
    },
  };
}

async function writtenBy(pid: number): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/io`, 'utf8').catch(() => '');
  const [, bytes] = /^wchar: (\d+)$/m.exec(text) ?? [];
  return bytes === undefined ? undefined : Number(bytes);
}
