import { expect, test } from 'vitest';
import type { Alert, Post } from '#src/ledger/records.ts';
import type { Open } from '../contract.ts';
import { NODES, sampleAlert, sampleAudit, sampleFold, sampleHandling, samplePost, T0, tell } from '../samples.ts';

const post = (more: Partial<Post> = {}): Post => samplePost({ alert: 'a1', ...more });
const raised = (alert: Partial<Alert> = {}) => ({ alert: sampleAlert(alert), posts: [post()], audit: [] });

/** What goes wrong by itself, and what people say about it. */
export function testAlerts(open: Open): void {
  test('a fold brings an alert with its post, and the next one changes it', async () => {
    const { ledger } = await open();
    await ledger.append('alpha', ['e1']);
    const [stream] = await ledger.unfolded(NODES, 9);
    const through = stream?.events[0]?.position ?? '';
    const to = 'l 1';
    await ledger.fold({ ...sampleFold(through), to, alerts: [sampleAlert()], posts: [post()] });
    expect(await ledger.story('p1')).toMatchObject({ alert: sampleAlert(), post: { revision: 1, told: 0 } });
    expect((await ledger.story('p1'))?.handling).toBeUndefined();

    const over = sampleAlert({ state: 'resolved', resolvedAt: T0 + 60_000, resolution: 'web runs again' });
    await tell(ledger, { post: 'p1', message: 55 });
    await ledger.fold({ ...sampleFold('0'), from: to, to: 'l 2', alerts: [over], posts: [post()] });
    expect(await ledger.story('p1')).toMatchObject({ alert: over, post: { revision: 2, told: 1, message: 55 } });
    expect(await ledger.untold(T0)).toEqual(['p1']);
  });

  test('a fold that comes too late brings no alert', async () => {
    const { ledger } = await open();
    const late = { ...sampleFold('0'), from: 'l 7', alerts: [sampleAlert()], posts: [post()] };
    expect(await ledger.fold(late)).toBe(false);
    expect(await ledger.alertsById(['a1'])).toEqual([]);
    expect(await ledger.story('p1')).toBeUndefined();
  });

  test('the hub raises an alert once, and ends it once', async () => {
    const { ledger, other } = await open();
    const both = await Promise.all([ledger.raise(raised()), other.raise(raised())]);
    expect(both.toSorted()).toEqual([false, true]);
    expect(await ledger.story('p1')).toMatchObject({ post: { revision: 1 } });

    const over = {
      ...raised({ state: 'resolved', resolvedAt: T0 + 1 }),
      audit: [sampleAudit({ decision: 'resolved' })],
    };
    expect(await ledger.raise(over)).toBe(true);
    expect(await ledger.raise(over)).toBe(false);
    expect(await ledger.story('p1')).toMatchObject({ alert: { state: 'resolved' }, post: { revision: 2 } });
    expect(await ledger.audits(9)).toHaveLength(1);
  });

  test('all posts of an alert change with it', async () => {
    const { ledger } = await open();
    const posts = [post(), post({ id: 'p2', chat: -200 })];
    await ledger.raise({ alert: sampleAlert({ posts: ['p1', 'p2'] }), posts, audit: [] });
    await ledger.handle({ alert: 'a1', handling: sampleHandling(), audit: [] });
    for (const id of ['p1', 'p2']) expect((await ledger.story(id))?.post.revision).toBe(2);
  });

  test('what was said about a condition stands in its story until it is taken back', async () => {
    const { ledger } = await open();
    await ledger.raise(raised());
    const write = { alert: 'a1', handling: sampleHandling(), audit: [sampleAudit({ decision: 'acked' })] };
    expect(await ledger.handle(write)).toEqual(sampleAlert());
    expect(await ledger.story('p1')).toMatchObject({ handling: sampleHandling(), post: { revision: 2 } });
    expect(await ledger.audits(9)).toEqual([sampleAudit({ decision: 'acked' })]);

    const quiet = sampleHandling({ act: 'silenced', until: T0 + 3_600_000 });
    await ledger.handle({ alert: 'a1', handling: quiet, audit: [] });
    expect(await ledger.handlings([{ node: 'alpha', fingerprint: 'workload web' }])).toEqual([quiet]);

    await ledger.handle({ alert: 'a1', handling: undefined, audit: [] });
    expect(await ledger.handlings([{ node: 'alpha', fingerprint: 'workload web' }])).toEqual([]);
    expect((await ledger.story('p1'))?.handling).toBeUndefined();
  });

  test('what was said about a condition holds for its next alert too', async () => {
    const { ledger } = await open();
    await ledger.raise(raised());
    await ledger.handle({ alert: 'a1', handling: sampleHandling(), audit: [] });
    await ledger.raise({
      alert: sampleAlert({ id: 'a2', posts: ['p2'] }),
      posts: [post({ id: 'p2', alert: 'a2' })],
      audit: [],
    });
    expect((await ledger.story('p2'))?.handling).toEqual(sampleHandling());
    const others = [
      { node: 'beta', fingerprint: 'workload web' },
      { node: 'alpha', fingerprint: 'disk /' },
    ];
    expect(await ledger.handlings(others)).toEqual([]);
  });

  test('a silence holds back posts that were never shown, and no others', async () => {
    const { ledger } = await open();
    const posts = [post(), post({ id: 'p2', chat: -200 })];
    await ledger.raise({ alert: sampleAlert({ posts: ['p1', 'p2'] }), posts, audit: [] });
    await tell(ledger, { post: 'p1', message: 55 });
    const handling = sampleHandling({ act: 'silenced', until: T0 + 5000 });
    await ledger.handle({ alert: 'a1', handling, quietUntil: T0 + 5000, audit: [] });
    expect(await ledger.untold(T0)).toEqual(['p1']);
    expect(await ledger.untold(T0 + 5000)).toEqual(['p1', 'p2']);

    await ledger.handle({ alert: 'a1', handling: undefined, audit: [] });
    expect(await ledger.untold(T0)).toEqual(['p1', 'p2']);
  });

  test('nothing can be said about an alert that is not there', async () => {
    const { ledger } = await open();
    expect(await ledger.handle({ alert: 'a1', handling: sampleHandling(), audit: [sampleAudit()] })).toBeUndefined();
    expect(await ledger.audits(9)).toEqual([]);
    expect(await ledger.handlings([{ node: 'alpha', fingerprint: 'workload web' }])).toEqual([]);
  });

  test('alerts come newest first, and the open ones by themselves', async () => {
    const { ledger } = await open();
    for (const [i, state] of (['open', 'resolved', 'open'] as const).entries())
      await ledger.raise({
        alert: sampleAlert({ id: `a${i}`, state, openedAt: T0 + i, posts: [] }),
        posts: [],
        audit: [],
      });
    const ids = async (filter: { open?: boolean; limit: number }) => (await ledger.alerts(filter)).map(({ id }) => id);
    expect(await ids({ limit: 9 })).toEqual(['a2', 'a1', 'a0']);
    expect(await ids({ limit: 1 })).toEqual(['a2']);
    expect(await ids({ open: true, limit: 9 })).toEqual(['a2', 'a0']);
    await ledger.raise({
      alert: sampleAlert({ id: 'a2', state: 'resolved', openedAt: T0 + 2, posts: [] }),
      posts: [],
      audit: [],
    });
    expect(await ids({ open: true, limit: 9 })).toEqual(['a0']);
    expect((await ledger.alertsById(['a1', 'nobody', 'a0'])).map(({ id }) => id)).toEqual(['a1', 'a0']);
  });

  test('trim drops what is over, and keeps an open alert with its post', async () => {
    const { ledger } = await open();
    await ledger.raise(raised());
    await ledger.handle({ alert: 'a1', handling: sampleHandling(), audit: [] });
    const old = sampleAlert({ id: 'a2', fingerprint: 'disk /', state: 'resolved', posts: ['p2'] });
    await ledger.raise({ alert: old, posts: [post({ id: 'p2', alert: 'a2' })], audit: [] });
    await ledger.handle({ alert: 'a2', handling: sampleHandling({ fingerprint: 'disk /', alert: 'a2' }), audit: [] });

    await ledger.trim({ ordersBefore: T0, recordsBefore: T0 + 60_000 });
    expect((await ledger.alerts({ limit: 9 })).map(({ id }) => id)).toEqual(['a1']);
    expect(await ledger.story('p2')).toBeUndefined();
    expect(await ledger.story('p1')).toMatchObject({ alert: { id: 'a1' }, handling: { act: 'acked' } });
    expect(await ledger.handlings([{ node: 'alpha', fingerprint: 'disk /' }])).toEqual([]);
  });
}
