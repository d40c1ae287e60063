import { expect, test } from 'vitest';
import type { Ledger } from '#src/ledger/port.ts';
import type { Open } from '../contract.ts';
import { sampleAsk, sampleFold, samplePost, T0 } from '../samples.ts';

/** What has to be told or looked at, and when. */
export function testDue(open: Open): void {
  const postOf = async (ledger: Ledger, id = 'p1') => (await ledger.story(id))?.post;
  const lease = (ledger: Ledger, by: string, now = T0) => ledger.lease('p1', { by, now, until: now + 10_000 });

  test('lapse marks the posts that are due, once', async () => {
    const { ledger } = await open();
    await ledger.ask(sampleAsk('1', ['alpha'], { dueAt: T0 }));
    await ledger.ask(sampleAsk('2', ['alpha'], { dueAt: T0 + 1 }));
    await ledger.ask(sampleAsk('3'));
    const [first, second, third] = [await postOf(ledger), await postOf(ledger, 'p2'), await postOf(ledger, 'p3')];
    await ledger.lapse(T0);
    await ledger.lapse(T0);
    expect(await postOf(ledger)).toEqual({ ...first, revision: 2, dueAt: undefined });
    expect([await postOf(ledger, 'p2'), await postOf(ledger, 'p3')]).toEqual([second, third]);
  });

  test('untold names every post that is behind, the oldest first', async () => {
    const { ledger } = await open();
    await ledger.ask(sampleAsk('1', [], { createdAt: T0 + 2 }));
    await ledger.ask(sampleAsk('2', [], { createdAt: T0 + 1 }));
    await ledger.ask(sampleAsk('3', [], { told: 1 }));
    await ledger.ask(sampleAsk('4', [], { createdAt: T0 + 3, revision: 9, told: 8 }));
    expect(await ledger.untold(T0)).toEqual(['p2', 'p1', 'p4']);
  });

  test.for([
    { name: 'nothing', posts: [], due: undefined },
    { name: 'a told post', posts: [{ told: 1 }], due: undefined },
    { name: 'an untold post', posts: [{}], due: 0 },
    { name: 'an untold post that has to wait', posts: [{ notBefore: T0 + 3 }], due: T0 + 3 },
    { name: 'an untold post in its calm', posts: [{ notBefore: T0 + 3, calmUntil: T0 + 5 }], due: T0 + 5 },
    { name: 'a told post that has to be looked at', posts: [{ told: 1, dueAt: T0 + 7 }], due: T0 + 7 },
    { name: 'both, due first', posts: [{ notBefore: T0 + 3 }, { told: 1, dueAt: T0 + 2 }], due: T0 + 2 },
    { name: 'both, told first', posts: [{ notBefore: T0 + 3 }, { told: 1, dueAt: T0 + 4 }], due: T0 + 3 },
  ])('the next time to look, with $name, is known', async ({ posts, due }) => {
    const { ledger } = await open();
    for (const [i, post] of posts.entries())
      await ledger.ask({ intent: `${i}`, post: samplePost({ id: `p${i}`, ...post }), jobs: [], orders: [], audit: [] });
    expect(await ledger.nextDue()).toBe(due);
  });

  test('the next time to look at a leased post is when its lease runs out', async () => {
    const { ledger } = await open();
    await ledger.ask(sampleAsk('1', [], { notBefore: T0 - 5 }));
    await lease(ledger, 'me');
    expect(await ledger.nextDue()).toBe(T0 + 10_000);
    await ledger.told({ post: 'p1', by: 'me', notBefore: T0 + 60_000 });
    expect(await ledger.nextDue()).toBe(T0 + 60_000);
  });

  test('a post in its calm is not told before its calm is over', async () => {
    const { ledger } = await open();
    await ledger.ask(sampleAsk('1', [], { calmUntil: T0 + 5 }));
    expect(await ledger.untold(T0 + 4)).toEqual([]);
    expect(await lease(ledger, 'me', T0 + 4)).toBeUndefined();
    expect(await ledger.untold(T0 + 5)).toEqual(['p1']);
    expect(await lease(ledger, 'me', T0 + 5)).toBeDefined();
  });

  test('the end of all its jobs ends the calm of a post, not its wait for Telegram', async () => {
    const { ledger } = await open();
    const ask = sampleAsk('1', ['alpha', 'beta'], { calmUntil: T0 + 5, notBefore: T0 + 2 });
    await ledger.ask(ask);
    const ended = ask.jobs.map((job) => ({ ...job, state: 'ended' as const }));
    const half = ended.map((job) => (job.node === 'beta' ? { ...job, state: 'accepted' as const } : job));
    await ledger.fold({ ...sampleFold('0'), jobs: half });
    expect(await postOf(ledger)).toMatchObject({ revision: 2, calmUntil: T0 + 5 });
    await ledger.fold({ ...sampleFold('0'), jobs: ended });
    expect(await postOf(ledger)).toMatchObject({ revision: 3, calmUntil: 0, notBefore: T0 + 2 });
    expect(await ledger.untold(T0 + 1)).toEqual([]);
    expect(await ledger.untold(T0 + 2)).toEqual(['p1']);
  });

  test('an end that comes while the post is being told is not held back by the calm that follows', async () => {
    const { ledger } = await open();
    const ask = sampleAsk('1');
    await ledger.ask(ask);
    const story = await lease(ledger, 'me');
    await ledger.fold({ ...sampleFold('0'), jobs: ask.jobs.map((job) => ({ ...job, state: 'ended' })) });
    await ledger.told({ post: 'p1', by: 'me', revision: story?.post.revision, calmUntil: T0 + 3000 });
    expect(await ledger.untold(T0)).toEqual(['p1']);
  });
}
