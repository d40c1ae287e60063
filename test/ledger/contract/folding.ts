import { expect, test } from 'vitest';
import type { Fold } from '#src/ledger/writes.ts';
import type { Open } from '../contract.ts';
import { NODES, sampleAsk, sampleAudit, sampleFold, sampleJob, samplePost, T0, tokensOf } from '../samples.ts';

const done = sampleJob({ state: 'ended', verdict: 'done', endedAt: T0 + 9 });

/** What a node said, applied once. */
export function testFolding(open: Open): void {
  test('a job that is not known comes in only with a post of its own', async () => {
    const { ledger } = await open();
    const lost = sampleJob({ id: 'j9', post: 'p9', state: 'ended', verdict: 'done' });
    await ledger.fold({ ...sampleFold('0'), to: 'l 1', jobs: [lost] });
    expect(await ledger.jobsById(['j9'])).toEqual([]);
    const posts = [samplePost({ id: 'p9', jobs: ['j9'] })];
    await ledger.fold({
      ...sampleFold('0'),
      from: 'l 1',
      to: 'l 2',
      jobs: [lost],
      posts,
    });
    expect(await ledger.story('p9')).toMatchObject({ post: { revision: 1 }, jobs: [lost] });
    expect(await ledger.jobs({ id: 'j9', limit: 1 })).toEqual([lost]);
    expect(await ledger.untold(T0)).toEqual(['p9']);
  });

  const start = async (ledger: Awaited<ReturnType<Open>>['ledger'], tokens = ['e1', 'e2', 'e3']) => {
    await ledger.ask(sampleAsk('1', ['alpha', 'beta']));
    await ledger.append('alpha', tokens);
    const [stream] = await ledger.unfolded(NODES, 10);
    const positions = stream?.events.map((event) => event.position) ?? [];
    return (fold: Partial<Fold>, last = 0): Fold => ({
      node: 'alpha',
      from: undefined,
      to: `log ${last + 1}`,
      through: positions[last] ?? '',
      jobs: [done],
      alerts: [],
      posts: [],
      audit: [sampleAudit({ decision: 'done' })],
      ...fold,
    });
  };

  test('writes the jobs, marks the post, moves the cursor and drops what was read', async () => {
    const { ledger } = await open();
    const folding = await start(ledger);
    await ledger.append('beta', ['b1']);

    expect(await ledger.fold(folding({}, 1))).toBe(true);
    const story = await ledger.story('p1');
    expect(story?.jobs).toEqual([done, sampleJob({ id: 'j1-1', node: 'beta' })]);
    expect(story?.post.revision).toBe(2);
    expect(await ledger.cursor('alpha')).toEqual('log 2');
    expect(await ledger.cursor('beta')).toBeUndefined();
    expect(await ledger.audits(9)).toEqual([sampleAudit({ decision: 'done' })]);
    const streams = await ledger.unfolded(NODES, 10);
    const [alpha, beta] = streams.sort((a, b) => a.node.localeCompare(b.node));
    expect(alpha?.cursor).toEqual('log 2');
    expect(tokensOf(alpha?.events)).toEqual(['e3']);
    expect(tokensOf(beta?.events)).toEqual(['b1']);
  });

  test('goes on from the cursor it left', async () => {
    const { ledger } = await open();
    const folding = await start(ledger);
    expect(await ledger.fold(folding({}))).toBe(true);
    expect(await ledger.fold(folding({ from: 'log 1' }, 2))).toBe(true);
    expect(await ledger.cursor('alpha')).toEqual('log 3');
    expect(await ledger.unfolded(NODES, 10)).toEqual([]);
  });

  const from = 'log 1';
  test.for([
    { name: 'nothing, where there is a cursor', at: from, from: undefined },
    { name: 'another number', at: from, from: 'log 2' },
    { name: 'another log', at: from, from: 'new 1' },
    { name: 'a cursor, where there is none', at: undefined, from },
  ])('changes nothing when it starts from $name', async ({ at, from: wrong }) => {
    const { ledger } = await open();
    const folding = await start(ledger);
    if (at) await ledger.fold(folding({ to: at, jobs: [], audit: [] }));
    const before = [await ledger.story('p1'), await ledger.cursor('alpha'), await ledger.unfolded(NODES, 9)];

    expect(await ledger.fold(folding({ from: wrong }, 2))).toBe(false);
    expect([await ledger.story('p1'), await ledger.cursor('alpha'), await ledger.unfolded(NODES, 9)]).toEqual(before);
    expect(await ledger.audits(9)).toEqual([]);
  });

  test('is won by one of many at once', async () => {
    const { ledger, other } = await open();
    const folding = await start(ledger);
    const folds = Array.from({ length: 20 }, (_, i) => (i % 2 ? ledger : other).fold(folding({}, 2)));
    expect((await Promise.all(folds)).filter(Boolean)).toHaveLength(1);
    expect((await ledger.story('p1'))?.post.revision).toBe(2);
    expect(await ledger.audits(99)).toHaveLength(1);
  });

  test('marks each post once, however many of its jobs have changed', async () => {
    const { ledger } = await open();
    const folding = await start(ledger);
    await ledger.ask(sampleAsk('2'));
    await ledger.ask(sampleAsk('3'));
    const jobs = [done, sampleJob({ id: 'j1-1', node: 'beta', state: 'accepted' }), { ...done, id: 'j2', post: 'p2' }];
    await ledger.fold(folding({ jobs }));

    const revisions = await Promise.all(['p1', 'p2', 'p3'].map(async (id) => (await ledger.story(id))?.post.revision));
    expect(revisions).toEqual([2, 2, 1]);
    expect(await ledger.jobsById(['j1', 'j1-1', 'j2'])).toEqual(jobs);
  });

  test('without a cursor drops what could not be read', async () => {
    const { ledger } = await open();
    const folding = await start(ledger);
    expect(await ledger.fold(folding({ to: undefined, jobs: [], audit: [] }, 2))).toBe(true);
    expect(await ledger.cursor('alpha')).toBeUndefined();
    expect(await ledger.unfolded(NODES, 9)).toEqual([]);
    expect((await ledger.story('p1'))?.post.revision).toBe(1);
  });

  test('keeps what was appended after it was read', async () => {
    const { ledger } = await open();
    const folding = await start(ledger, ['e1']);
    await ledger.append('alpha', ['e2']);
    await ledger.fold(folding({}));
    expect((await ledger.unfolded(NODES, 9)).map((stream) => tokensOf(stream.events))).toEqual([['e2']]);
  });

  test('does not bring a job back that is not in the ledger any more', async () => {
    const { ledger } = await open();
    const folding = await start(ledger);
    const gone = sampleJob({ id: 'gone', post: 'gone' });
    expect(await ledger.fold(folding({ jobs: [gone, done] }))).toBe(true);
    expect(await ledger.jobsById(['gone', 'j1'])).toEqual([done]);
    expect(await ledger.story('gone')).toBeUndefined();
  });

  test('leaves nothing of a write that fails', async () => {
    const { ledger } = await open();
    const folding = await start(ledger);
    await expect(ledger.fold(folding({ audit: [sampleAudit({ at: 0.5 })] }))).rejects.toThrow();
    expect(await ledger.cursor('alpha')).toBeUndefined();
    expect((await ledger.story('p1'))?.post.revision).toBe(1);
    expect(await ledger.jobsById(['j1'])).toEqual([sampleJob()]);
  });
}
