import { stat, statfs } from 'node:fs/promises';
import { Problem } from '#src/kit/problem.ts';
import type { HostReading } from '#src/operation/tools.ts';
import { orAborted } from '../orAborted.ts';

const DEADLINE_MS = 5000;

type Disk = HostReading['disks'][number];

/** Room on the file systems that hold these paths, each file system once, under the first path that is on it; free is what a plain user may fill. */
export async function readDisks(paths: readonly string[], signal: AbortSignal): Promise<Disk[]> {
  const read = await Promise.all(paths.map((path) => readInTime(path, signal)));
  const first = new Map<number, Disk>();
  for (const { device, disk } of read) if (!first.has(device)) first.set(device, disk);
  return [...first.values()];
}

async function readInTime(path: string, signal: AbortSignal): Promise<{ device: number; disk: Disk }> {
  const deadline = AbortSignal.timeout(DEADLINE_MS);
  try {
    return await orAborted(readDisk(path), AbortSignal.any([signal, deadline]));
  } catch (cause) {
    signal.throwIfAborted();
    if (deadline.aborted)
      throw new Problem('disk', `The disk of ${path} did not answer in 5 s: it may be a network disk that is gone.`);
    throw new Problem('disk', `${path} cannot be read: correct "disks" in the node's configuration, or mount it.`, {
      cause,
    });
  }
}

async function readDisk(path: string): Promise<{ device: number; disk: Disk }> {
  const [{ dev }, { bsize, frsize, blocks, bavail }] = await Promise.all([stat(path), statfs(path)]);
  const unit = frsize || bsize;
  return { device: dev, disk: { path, freeBytes: bavail * unit, totalBytes: blocks * unit } };
}
