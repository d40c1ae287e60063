import { describe, expect, onTestFinished, test } from 'vitest';
import { alertId, hearAlerts } from '#src/hub/alerts/alarm.ts';
import { HubConfig } from '#src/hub/config.ts';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import { Reply } from '#src/operation/reply.ts';
import type { NodeAlert } from '#src/wire/event.ts';
import { sampleFold, sampleHandling, T0 } from '../../ledger/samples.ts';

const OPERATORS = [
  { id: 1, name: 'Ada', role: 'admin' },
  { id: 2, name: 'Ben', role: 'operator' },
  { id: 3, name: 'Cleo', role: 'viewer' },
];

function nodeAlert(alert: Partial<NodeAlert> = {}): NodeAlert {
  const reply = Reply.parse({ tone: 'bad', title: 'web is down' });
  return { id: 'own', fingerprint: 'workload web', state: 'open', reply, openedAt: T0, ...alert };
}

function setUp(config: object = {}, now = T0 + 60_000) {
  const ledger = createSqliteLedger({ file: ':memory:' });
  onTestFinished(() => ledger.close());
  const deps = { config: HubConfig.parse({ operators: OPERATORS, ...config }), ledger, now: () => now };
  let seq = 0;
  return {
    ledger,
    /** Hears and folds, as the hub does. */
    async hear(...alerts: NodeAlert[]) {
      const alarm = await hearAlerts(deps, 'alpha', alerts);
      const from = seq === 0 ? undefined : `l ${seq}`;
      seq += 1;
      await ledger.fold({ ...sampleFold('0'), from, to: `l ${seq}`, ...alarm });
      return alarm;
    },
    chats: async () => {
      const ids = (await ledger.alerts({ limit: 1 }))[0]?.posts ?? [];
      return await Promise.all(ids.map(async (id) => (await ledger.story(id))?.post.chat));
    },
  };
}

describe('an alert is told', () => {
  test.each<[string, object, number[]]>([
    ['to all who could act on it, in private', {}, [1, 2]],
    ['in the groups, where there are some', { chats: [-7, -8] }, [-7, -8]],
    ['where the configuration says', { chats: [-7], alerts: { to: [{ chat: -9 }] } }, [-9]],
    [
      'in the chats of its node',
      {
        alerts: {
          to: [
            { chat: -9, nodes: ['beta'] },
            { chat: -8, nodes: ['alpha'] },
          ],
        },
      },
      [-8],
    ],
  ])('%s', async (_, config, chats) => {
    const { hear, chats: told } = setUp(config);
    await hear(nodeAlert());
    expect(await told()).toEqual(chats);
  });

  test('only where warnings are wanted, when it is one', async () => {
    const { hear, chats } = setUp({ alerts: { to: [{ chat: -9, atLeast: 'bad' }, { chat: -8 }] } });
    await hear(nodeAlert({ reply: Reply.parse({ tone: 'warn', title: '/ is 76 % full' }) }));
    expect(await chats()).toEqual([-8]);
  });

  test('in a topic, where one is configured', async () => {
    const { hear } = setUp({ alerts: { to: [{ chat: -9, thread: 5 }] } });
    expect((await hear(nodeAlert())).posts).toMatchObject([{ chat: -9, thread: 5 }]);
  });
});

describe('the same alert', () => {
  test('heard again has the same record and no second message', async () => {
    const { hear, ledger } = setUp();
    const first = await hear(nodeAlert());
    expect(await hear(nodeAlert())).toMatchObject({
      alerts: [{ posts: first.alerts[0]?.posts }],
      posts: [],
      audit: [],
    });
    expect(await ledger.alerts({ limit: 9 })).toHaveLength(1);
  });

  test('ends with what its node says, and is not opened again by an old word', async () => {
    const { hear, ledger } = setUp();
    await hear(nodeAlert());
    await hear(nodeAlert({ state: 'resolved', resolvedAt: T0 + 9, resolution: 'web runs' }));
    expect((await hear(nodeAlert())).alerts).toEqual([]);
    expect(await ledger.alerts({ limit: 9 })).toMatchObject([{ state: 'resolved', resolution: 'web runs' }]);
    expect((await ledger.audits(9)).map(({ decision }) => decision)).toEqual(['alert over', 'alert']);
  });

  test('that got worse is marked so, and one that got better is not', async () => {
    const { hear } = setUp();
    const reply = (tone: 'warn' | 'bad') => Reply.parse({ tone, title: 'disk' });
    expect((await hear(nodeAlert({ reply: reply('warn') }))).alerts[0]?.worse).toBeUndefined();
    expect((await hear(nodeAlert({ reply: reply('bad') }))).alerts[0]?.worse).toBe(true);
    expect((await hear(nodeAlert({ id: 'two', reply: reply('bad') }))).alerts[0]?.worse).toBeUndefined();
    expect((await hear(nodeAlert({ id: 'two', reply: reply('warn') }))).alerts[0]?.worse).toBeUndefined();
  });

  test('of another node is another alert', () => {
    expect(alertId('alpha', 'own')).not.toBe(alertId('beta', 'own'));
  });
});

describe('under a silence over its condition', () => {
  const hushed = async (until: number, now?: number) => {
    const made = setUp({}, now);
    await made.hear(nodeAlert());
    const [alert] = await made.ledger.alerts({ limit: 1 });
    const handling = sampleHandling({ act: 'silenced', until, alert: alert?.id ?? '' });
    await made.ledger.handle({ alert: alert?.id ?? '', handling, audit: [] });
    await made.hear(nodeAlert({ state: 'resolved', resolvedAt: T0 + 30_000 }));
    return made;
  };

  test('the next alert waits until the silence is over', async () => {
    const { hear } = await hushed(T0 + 600_000);
    expect((await hear(nodeAlert({ id: 'next' }))).posts).toMatchObject([{ notBefore: T0 + 600_000 }, {}]);
  });

  test('the next alert is told to nobody when it came and went', async () => {
    const { hear } = await hushed(T0 + 600_000);
    const gone = nodeAlert({ id: 'next', state: 'resolved', resolvedAt: T0 + 50_000 });
    expect(await hear(gone)).toMatchObject({ alerts: [{ posts: [] }], posts: [] });
  });

  test('that has ended the next alert is told at once', async () => {
    const { hear } = await hushed(T0 + 50_000);
    expect((await hear(nodeAlert({ id: 'next' }))).posts).toMatchObject([{ notBefore: 0 }, { notBefore: 0 }]);
  });
});

test('an alert that came and went while nobody could hear it is told once, with its true times', async () => {
  const { hear } = setUp();
  const over = nodeAlert({ state: 'resolved', resolvedAt: T0 + 9_000, resolution: 'web runs' });
  const { alerts, posts } = await hear(nodeAlert(), over);
  expect(alerts).toMatchObject([{ state: 'resolved', openedAt: T0, resolvedAt: T0 + 9_000 }]);
  expect(posts).toHaveLength(2);
});
