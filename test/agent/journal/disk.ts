import { execFile, execFileSync } from 'node:child_process';
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from '../../adapters/temporary.ts';

const run = promisify(execFile);

/** Whether this test may mount what it needs. */
export const CAN_MOUNT = process.getuid?.() === 0 && canMount();

/** A file system of its own, mounted until the test is over, that can be made to take nothing. */
export interface Disk {
  folder: string;
  hurt(): Promise<void>;
  heal(): Promise<void>;
}

/** A file system that fills up: writes end in ENOSPC. */
export async function fullDisk(): Promise<Disk> {
  const folder = await mountPoint();
  await mount(folder, '-t', 'tmpfs', '-o', 'size=2m', 'none');
  return { folder, ...ballastIn(folder) };
}

/** A file system on a device that takes nothing more: writes seem to succeed, and fsync fails. */
export async function failingDisk(): Promise<Disk> {
  const below = await mountPoint();
  await mount(below, '-t', 'tmpfs', '-o', 'size=3m', 'none');
  const image = await ext4(join(below, 'image'));
  const folder = await mountPoint();
  await mount(folder, '-o', 'loop', image);
  return { folder, ...ballastIn(below) };
}

/** A file system that the kernel makes read-only after an error; it is mounted anew when nobody has it open. */
export async function readOnlyDisk(): Promise<Disk> {
  const image = await ext4(join(await temporaryFolder(), 'image'));
  const folder = await mountPoint();
  await mount(folder, '-o', 'loop,errors=remount-ro', image);
  const device = basename((await run('findmnt', ['-no', 'SOURCE', folder])).stdout.trim());
  return {
    folder,
    hurt: () => writeFile(`/sys/fs/ext4/${device}/trigger_fs_error`, '1'),
    async heal() {
      await run('umount', [folder]);
      await run('mount', ['-o', 'loop', image, folder]);
    },
  };
}

function ballastIn(folder: string): Pick<Disk, 'hurt' | 'heal'> {
  const ballast = join(folder, 'ballast');
  return {
    // It ends in ENOSPC, with every block taken.
    hurt: () => writeFile(ballast, Buffer.alloc(4_000_000)).catch(() => {}),
    heal: () => truncate(ballast),
  };
}

async function mountPoint(): Promise<string> {
  const folder = join(await temporaryFolder(), 'disk');
  await mkdir(folder);
  return folder;
}

async function mount(folder: string, ...options: string[]): Promise<void> {
  await run('mount', [...options, folder]);
  onTestFinished(async () => void (await run('umount', ['-l', folder])));
}

async function ext4(image: string): Promise<string> {
  await run('truncate', ['-s', '8M', image]);
  await run('mkfs.ext4', ['-q', '-O', '^has_journal', image]);
  return image;
}

function canMount(): boolean {
  try {
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'ignore' });
    execFileSync('mkfs.ext4', ['-V'], { stdio: 'ignore' });
    execFileSync('losetup', ['-f'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
