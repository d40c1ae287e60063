import { statfs } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { createCommand } from '#src/adapters/command.ts';
import { readDisks } from '#src/adapters/host/disks.ts';
import { createHost } from '#src/adapters/host/host.ts';
import { prettyName } from '#src/adapters/host/linux.ts';
import { patience, temporaryFolder } from '../temporary.ts';

describe('this machine', () => {
  test('is read', async () => {
    const reading = await createHost({ paths: ['/'], command: createCommand() }).read(patience());
    expect(reading.memory.totalBytes).toBeGreaterThan(reading.memory.usedBytes);
    expect(reading.memory.usedBytes).toBeGreaterThan(0);
    expect(reading.swap.totalBytes).toBeGreaterThanOrEqual(reading.swap.usedBytes);
    expect(reading.loadPerCpu).toBeGreaterThanOrEqual(0);
    expect(reading.uptimeMs).toBeGreaterThan(0);
    expect(reading.system).toMatch(/^.+, kernel .+, .+$/);
    expect(reading.disks.map(({ path }) => path)).toEqual(['/']);
  });

  test('is not read when the asking was cancelled', async () => {
    const host = createHost({ paths: ['/'], command: createCommand() });
    await expect(host.read(AbortSignal.abort())).rejects.toThrow('aborted');
  });
});

describe('disks', () => {
  test('have as free what a plain user may fill', async () => {
    const [disk] = await readDisks(['/'], patience());
    const { bsize, bavail, blocks } = await statfs('/');
    expect(disk?.totalBytes).toBe(bsize * blocks);
    expect(Math.abs((disk?.freeBytes ?? 0) - bsize * bavail)).toBeLessThan(1_000_000_000);
  });

  test('are shown once each, under the first path on them', async () => {
    const folder = await temporaryFolder();
    const disks = await readDisks([folder, `${folder}/..`, folder], patience());
    expect(disks.map(({ path }) => path)).toEqual([folder]);
  });

  test('that are not there are named', async () => {
    await expect(readDisks(['/', '/no/such'], patience())).rejects.toMatchObject({
      code: 'disk',
      message: `/no/such cannot be read: correct "disks" in the node's configuration, or mount it.`,
    });
  });
});

test('a distribution is called as it calls itself', () => {
  expect(prettyName('NAME="Debian GNU/Linux"\nPRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nID=debian\n')).toBe(
    'Debian GNU/Linux 13 (trixie)',
  );
  expect(prettyName('ID=tiny\n')).toBeUndefined();
});
