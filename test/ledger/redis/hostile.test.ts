import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Ledger } from '#src/ledger/port.ts';
import type { Server } from '../../fixtures/redis.ts';
import { launchRedis } from '../../fixtures/redis.ts';
import {
  NODES,
  sampleAlert,
  sampleAsk,
  sampleAudit,
  sampleConfirm,
  sampleFold,
  sampleHandling,
  sampleJob,
  samplePost,
  samplePress,
  sampleQuestion,
  T0,
  tell,
} from '../samples.ts';
import { openLedger, REDIS, SEAL } from './opened.ts';

const HANDLING = `handling:${SEAL.mark('condition alpha workload web')}`;
const LATER = T0 + 10_000;

/** A kind of record: where it lies, where another of its kind lies, and what the hub has of it. */
const KINDS: {
  kind: string;
  name: string;
  key: string;
  other: string;
  field: string;
  read: (ledger: Ledger) => Promise<unknown>;
}[] = [
  {
    ...{ kind: 'job', name: 'job:j1', key: 'ng:job:j1', other: 'ng:job:j2', field: 'body' },
    read: async (ledger) => (await ledger.jobsById(['j1']))[0],
  },
  {
    ...{ kind: 'post', name: 'post:p1', key: 'ng:post:p1', other: 'ng:post:p2', field: 'body' },
    read: (ledger) => ledger.story('p1'),
  },
  {
    ...{ kind: 'message', name: 'post:p1 message', key: 'ng:post:p1', other: 'ng:post:p2', field: 'message' },
    read: async (ledger) => (await ledger.story('p1'))?.post.message,
  },
  {
    ...{ kind: 'confirm', name: 'confirm:c1', key: 'ng:confirm:c1', other: 'ng:confirm:c2', field: 'body' },
    read: (ledger) => ledger.question('c1'),
  },
  {
    ...{ kind: 'alert', name: 'alert:a1', key: 'ng:alert:a1', other: 'ng:alert:a2', field: 'body' },
    read: async (ledger) => (await ledger.alertsById(['a1']))[0],
  },
  {
    ...{ kind: 'handling', name: HANDLING, key: `ng:${HANDLING}`, other: 'ng:alert:a2', field: 'body' },
    read: async (ledger) => (await ledger.handlings([sampleHandling()]))[0],
  },
  {
    ...{ kind: 'fact', name: 'fact:epoch', key: 'ng:facts', other: 'ng:job:j2', field: SEAL.mark('fact epoch') },
    read: (ledger) => ledger.recall('epoch'),
  },
];

const CLEAR = JSON.stringify(sampleJob({ operation: 'stop', state: 'ended', verdict: 'done' }));

describe.skipIf(REDIS.isMissing)(`a hostile server ${REDIS.name}`, () => {
  let server: Server;
  let ledger: Ledger;
  let lost: string[];
  beforeAll(async () => {
    server = await launchRedis();
  });
  afterAll(() => server?.stop());
  beforeEach(async () => {
    await server.ask('FLUSHALL');
    lost = [];
    ledger = openLedger({ url: server.url, onLost: (record) => lost.push(record) });
    for (const [i, id] of ['1', '2'].entries()) {
      const ask = sampleAsk(id, ['alpha'], { confirm: `c${id}`, message: 55 + i });
      await ledger.ask({ ...ask, confirm: sampleConfirm({ id: `c${id}`, post: `p${id}` }) });
      await ledger.raise({ alert: sampleAlert({ id: `a${id}`, posts: [] }), posts: [], audit: [] });
    }
    await ledger.handle({ alert: 'a1', handling: sampleHandling(), audit: [sampleAudit()] });
    await ledger.remember('epoch', '7');
  });

  const field = async (key: string, name: string) => z.string().parse(await server.ask('HGET', key, name));

  describe.each(KINDS)('with a $kind', ({ name, key, other, field: at, read }) => {
    const attacks: [string, () => Promise<string>][] = [
      ['another of its kind', () => field(other, at === 'body' || at === 'message' ? at : 'body')],
      ['half of it', async () => (await field(key, at)).slice(0, 30)],
      ['a clear one', async () => CLEAR],
      [
        'one with a changed letter',
        async () => (await field(key, at)).replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A')),
      ],
    ];
    test.each(attacks)('gives %s: it is lost, and that is said once', async (_attack, text) => {
      expect(await read(ledger)).toBeDefined();
      await server.ask('HSET', key, at, await text());
      expect([await read(ledger), await read(ledger)]).toEqual([undefined, undefined]);
      expect(lost).toEqual([name]);
      expect(await ledger.jobsById(['j2'])).toHaveLength(1);
    });
  });

  test('gives an older job: it is believed, and only what its node says moves it', async () => {
    const old = await field('ng:job:j1', 'body');
    const done = sampleJob({ state: 'ended', verdict: 'done' });
    await ledger.fold({ ...sampleFold('0'), jobs: [done] });
    await server.ask('HSET', 'ng:job:j1', 'body', old);
    expect(await ledger.jobsById(['j1'])).toMatchObject([{ state: 'queued' }]);
    await ledger.fold({ ...sampleFold('0'), jobs: [done] });
    expect(await ledger.jobsById(['j1'])).toEqual([done]);
    expect(lost).toEqual([]);
  });

  test('puts the job of one post into another: it is not shown there', async () => {
    await server.ask('RPUSH', 'ng:jobs:p1', 'j2');
    const story = await ledger.story('p1');
    expect([story?.jobs.map(({ id }) => id), story?.post.jobs]).toEqual([['j1'], ['j1']]);
  });

  test('leads a question to another post, or a post to another question: neither is shown', async () => {
    await server.ask('HSET', 'ng:confirm:c1', 'post', 'p2');
    expect(await ledger.question('c1')).toBeUndefined();
    await server.ask('HSET', 'ng:post:p2', 'confirm', 'c1');
    expect((await ledger.story('p2'))?.confirm).toBeUndefined();
  });

  test('says that a question was answered: it is open for the hub, and its yes is refused', async () => {
    await server.ask('HSET', 'ng:confirm:c1', 'state', 'yes');
    expect((await ledger.question('c1'))?.confirm).toMatchObject({ state: 'open', jobs: [] });
    expect(await ledger.press(samplePress({ answer: 'no' }))).toBe('answered');
  });

  test('says that an answered question is open: the hub still reads the answer', async () => {
    await ledger.press(samplePress({ jobs: [sampleJob({ id: 'j3' })] }));
    await server.ask('HSET', 'ng:confirm:c1', 'state', 'open', 'expiresAt', String(T0 * 2), 'operator', 'x');
    expect((await ledger.question('c1'))?.confirm).toMatchObject({
      ...{ state: 'yes', jobs: ['j3'], expiresAt: sampleConfirm().expiresAt, operator: sampleConfirm().operator },
    });
  });

  test('mixes up the audit: strange lines are told as lost, and say nothing of their own', async () => {
    await server.ask('LPUSH', 'ng:audit', JSON.stringify(sampleAudit({ decision: 'forged' })));
    await server.ask('LPUSH', 'ng:audit', await field('ng:job:j1', 'body'));
    const strange = { at: expect.any(Number), decision: 'lost', because: 'A line in the ledger was not ours.' };
    expect(await ledger.audits(9)).toEqual([strange, strange, sampleAudit()]);
    expect(lost).toEqual(['audit']);
  });

  const DAMAGE: [string, string[]][] = [
    ['a body that is gone', ['HDEL', 'ng:post:p1', 'body']],
    ['a body that is cut', ['HSET', 'ng:post:p1', 'body', 'ngr1.AAAA']],
    ...['revision', 'told', 'createdAt', 'notBefore', 'calmUntil', 'leaseUntil', 'extras', 'dueAt'].flatMap(
      (name): [string, string[]][] => [
        [`no ${name}`, ['HDEL', 'ng:post:p1', name]],
        [`many as its ${name}`, ['HSET', 'ng:post:p1', name, 'many']],
      ],
    ),
  ];
  test.each(DAMAGE)('leaves a post with %s: the others are folded and told', async (_damage, command) => {
    await server.ask(...command);
    await server.ask('ZADD', 'ng:due', '1', 'p1');
    const ended = ['1', '2'].map((id) => sampleJob({ id: `j${id}`, post: `p${id}`, state: 'ended' }));
    expect(await ledger.fold({ ...sampleFold('0'), jobs: ended })).toBe(true);
    await ledger.lapse(LATER);
    expect(await ledger.untold(LATER)).toContain('p2');
    const hold = { by: 'hub', now: LATER, until: LATER + 1_000 };
    const story = await ledger.lease('p1', hold);
    if (story) await ledger.told({ post: 'p1', by: 'hub', revision: story.post.revision, message: 55 });
    expect(await ledger.untold(LATER, 'hub'), 'it is told, or passed over').not.toContain('p1');
    await tell(ledger, { post: 'p2' });
    expect(await ledger.story('p2')).toMatchObject({ jobs: [{ state: 'ended' }] });
    expect(await ledger.nextDue('hub')).toBeUndefined();
    await ledger.trim({ ordersBefore: 0, recordsBefore: LATER });
  });

  test('has lost a job: its verdict comes back on a post of its own', async () => {
    await server.ask('HSET', 'ng:job:j1', 'body', 'gone');
    const orphan = sampleJob({ post: 'p9', state: 'ended', verdict: 'done' });
    const posts = [samplePost({ id: 'p9', jobs: ['j1'] })];
    await ledger.fold({ ...sampleFold('0'), jobs: [orphan], posts });
    expect(await ledger.story('p9')).toMatchObject({ jobs: [orphan] });
    expect((await ledger.jobs({ limit: 9 })).map(({ id }) => id)).toEqual(['j2', 'j1']);
  });

  test('has damaged a post that is written anew: it is whole again', async () => {
    await server.ask('HSET', 'ng:post:p1', 'body', 'gone');
    expect(await ledger.story('p1')).toBeUndefined();
    const again = { ...sampleAsk('1', ['alpha'], { message: 55, revision: 4, told: 3 }), intent: 'rescue p1' };
    expect(await ledger.ask(again)).toEqual({ fresh: true, post: 'p1' });
    expect(await ledger.story('p1')).toMatchObject({ post: { ...again.post, jobs: ['j1'] }, jobs: again.jobs });
  });

  test('is asked by a node: it needs no seal for its half, and has no other', async () => {
    const node = openLedger({ url: server.url, seal: undefined });
    await node.append('alpha', ['e1']);
    await node.setBeacon('alpha', 'b1');
    expect([await node.cursor('alpha'), (await node.beacons(NODES)).length]).toEqual([undefined, 1]);
    await expect(node.ask(sampleQuestion())).rejects.toThrow("needs the hub's seal");
    await expect(node.recall('epoch')).rejects.toThrow("needs the hub's seal");
  });
});
