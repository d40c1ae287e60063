import { describe, expect, test } from 'vitest';
import type { Disk } from './disk.ts';
import { CAN_MOUNT, failingDisk, fullDisk, readOnlyDisk } from './disk.ts';
import { live } from './life.ts';

type Life = Awaited<ReturnType<typeof live>>;

const WHY = /^alpha cannot write its journal, so it changes nothing: nothing was started\. Look at its disk space/;
const WAYS: [string, () => Promise<Disk>][] = [
  ['is full', fullDisk],
  ['fails at fsync', failingDisk],
];

describe.skipIf(!CAN_MOUNT).each(WAYS)('while the disk of the journal %s', (_, make) => {
  test('nothing is changed, it is said why, reads are answered, and it recovers by itself', async () => {
    const { folder, hurt, heal } = await make();
    const agent = await live({ folder });
    await agent.take('before');
    expect(await agent.verdictOf('before')).toMatchObject({ verdict: 'done' });
    await hurt();
    await untilNothingFits(agent);
    await refusesAndReads(agent);
    await heal();
    await agent.executor().mend();
    await agent.take('change');
    await agent.take('after');
    expect(await agent.verdictOf('after')).toMatchObject({ verdict: 'done' });
    expect(agent.ran, 'what was refused stays refused').toEqual(['web', 'read', 'web']);
    expect(agent.journal.knows('change')).toBe('finished');
  });

  test('work in the middle of its step is looked at when there is room again, and not done twice', async () => {
    const { folder, hurt, heal } = await make();
    const [gate, begun] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const hold = async () => {
      begun.resolve();
      await gate.promise;
    };
    const agent = await live({ folder, hold });
    await agent.take('a');
    await begun.promise;
    await hurt();
    await untilNothingFits(agent);
    gate.resolve();
    await agent.executor().settle(10_000);
    expect(agent.journal.knows('a')).toBe('open');
    await heal();
    await agent.executor().mend();
    expect(await agent.verdictOf('a')).toMatchObject({ verdict: 'verified applied' });
    expect(agent.ran).toEqual(['web']);
  });
});

describe.skipIf(!CAN_MOUNT)('when the file system becomes read-only', () => {
  test('nothing is changed and reads are answered; the next life works, once it can be written again', async () => {
    const { folder, hurt, heal } = await readOnlyDisk();
    const agent = await live({ folder });
    await agent.take('before');
    await agent.verdictOf('before');
    await hurt();
    await refusesAndReads(agent);
    await agent.close();
    await expect(live({ folder })).rejects.toMatchObject({
      code: 'journal',
      message: expect.stringContaining('Look at free disk space, the file system'),
    });
    await heal();
    const next = await live({ folder });
    await next.take('before');
    await next.take('after');
    expect(await next.verdictOf('after')).toMatchObject({ verdict: 'done' });
    expect(next.ran).toEqual(['web']);
  });
});

async function refusesAndReads(agent: Life): Promise<void> {
  await agent.take('change');
  expect(await agent.verdictOf('change')).toMatchObject({
    verdict: 'refused',
    reply: { title: expect.stringMatching(WHY) },
  });
  await agent.take('look', {}, { operation: 'look', input: { target: 'read' } });
  expect(await agent.verdictOf('look')).toMatchObject({ verdict: 'done' });
  expect(agent.ran).toEqual(['web', 'read']);
}

/** A disk that has just become full takes a last few small writes: orders that are refused in any case use them up. */
async function untilNothingFits(agent: Life): Promise<void> {
  for (let n = 0; n < 1_000; n += 1) {
    await agent.take(`fill-${n}`, {}, { operation: 'nothing' });
    if (agent.journal.knows(`fill-${n}`) === 'never seen') return;
  }
  throw new Error('it still fits');
}
