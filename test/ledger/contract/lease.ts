import { expect, test } from 'vitest';
import type { Open } from '../contract.ts';
import { sampleAsk, sampleConfirm, sampleJob, samplePost, T0, tell } from '../samples.ts';

const hold = (by: string, now = T0) => ({ by, now, until: now + 10_000 });

/** One teller per post at a time. */
export function testLease(open: Open): void {
  test('gives the story of the post: its jobs in the order of the post, its confirm', async () => {
    const { ledger } = await open();
    const jobs = [sampleJob({ id: 'a' }), sampleJob({ id: 'b' }), sampleJob({ id: 'c' })];
    const post = samplePost({ jobs: ['c', 'a', 'b'], confirm: 'c1' });
    await ledger.ask({ intent: 'i', post, jobs, orders: [], confirm: sampleConfirm(), audit: [] });

    const story = await ledger.lease('p1', hold('me'));
    expect(story).toEqual({ post, jobs: [jobs[2], jobs[0], jobs[1]], confirm: sampleConfirm() });
    expect(await ledger.story('p1')).toEqual(story);
  });

  test('is refused for a post that is not there, and for one that is told', async () => {
    const { ledger } = await open();
    expect(await ledger.lease('p1', hold('me'))).toBeUndefined();
    await ledger.ask(sampleAsk('1'));
    await tell(ledger, { post: 'p1' });
    expect(await ledger.lease('p1', hold('me'))).toBeUndefined();
  });

  test('is refused before the time at which the post may be told', async () => {
    const { ledger } = await open();
    await ledger.ask(sampleAsk('1', ['alpha'], { notBefore: T0 + 5 }));
    expect(await ledger.lease('p1', hold('me', T0 + 4))).toBeUndefined();
    expect(await ledger.untold(T0 + 4)).toEqual([]);
    expect(await ledger.untold(T0 + 5)).toEqual(['p1']);
    expect(await ledger.lease('p1', hold('me', T0 + 5))).toBeDefined();
  });

  test('is refused while another holds it, and hides the post from the untold', async () => {
    const { ledger } = await open();
    await ledger.ask(sampleAsk('1'));
    await ledger.lease('p1', hold('me'));
    expect(await ledger.lease('p1', hold('you', T0 + 9_999))).toBeUndefined();
    expect(await ledger.untold(T0 + 9_999)).toEqual([]);
  });

  test('is prolonged by its holder', async () => {
    const { ledger } = await open();
    await ledger.ask(sampleAsk('1'));
    await ledger.lease('p1', hold('me'));
    expect(await ledger.lease('p1', hold('me', T0 + 5000))).toBeDefined();
    expect(await ledger.lease('p1', hold('you', T0 + 14_999))).toBeUndefined();
  });

  test('that has run out can be taken by another', async () => {
    const { ledger } = await open();
    await ledger.ask(sampleAsk('1'));
    await ledger.lease('p1', hold('me'));
    expect(await ledger.untold(T0 + 10_000)).toEqual(['p1']);
    expect(await ledger.lease('p1', hold('you', T0 + 10_000))).toBeDefined();
    expect(await ledger.lease('p1', hold('me', T0 + 10_000))).toBeUndefined();
  });

  test('is given to one of many at once', async () => {
    const { ledger, other } = await open();
    await ledger.ask(sampleAsk('1'));
    const leases = Array.from({ length: 50 }, (_, i) => (i % 2 ? ledger : other).lease('p1', hold(`hub ${i}`)));
    expect((await Promise.all(leases)).filter(Boolean)).toHaveLength(1);
  });

  test('ends when the post is told, so that its next change can be told at once', async () => {
    const { ledger } = await open();
    await ledger.ask(sampleAsk('1', ['alpha'], { dueAt: T0 }));
    await tell(ledger, { post: 'p1', dueAt: T0 });
    await ledger.lapse(T0);
    expect(await ledger.lease('p1', hold('you'))).toBeDefined();
  });
}
