import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { createRescue } from '#src/hub/posts/rescue.ts';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import { sampleAlert, sampleAsk, sampleCampaign, sampleJob, sampleQuestion, T0 } from '../../ledger/samples.ts';

/** A hub's memory over a ledger that a test can lose. */
function setUp() {
  let ledger = createSqliteLedger({ file: ':memory:' });
  onTestFinished(() => ledger.close());
  let now = T0;
  const chased: string[] = [];
  const rescue = createRescue({
    ledger: new Proxy(ledger, { get: (_, name) => Reflect.get(ledger, name) }),
    chase: async ({ id }) => void chased.push(id),
    now: () => now,
    log: pino({ level: 'silent' }),
  });
  return {
    rescue,
    chased,
    ledger: () => ledger,
    async flush() {
      await ledger.close();
      ledger = createSqliteLedger({ file: ':memory:' });
    },
    async checkAfter(ms: number) {
      now += ms;
      await rescue.check();
    },
  };
}

async function asked({ ledger, rescue }: ReturnType<typeof setUp>, final = false) {
  await ledger().ask(sampleAsk('1', ['alpha', 'beta']));
  const story = await ledger().story('p1');
  if (!story) throw new Error('it was asked');
  rescue.keep({ ...story.post, message: 55 }, story, final);
  return story;
}

test('an unfinished post that the ledger has lost comes back with its message, and its jobs are asked for', async () => {
  const hub = setUp();
  const { jobs } = await asked(hub);
  await hub.flush();
  await hub.checkAfter(6_000);
  expect(await hub.ledger().story('p1')).toMatchObject({ post: { message: 55, revision: 2, told: 1 }, jobs });
  expect(hub.chased).toEqual(['j1', 'j1-1']);
  await hub.checkAfter(6_000);
  expect(hub.chased).toHaveLength(2);
});

test('it can be lost and brought back again and again', async () => {
  const hub = setUp();
  await asked(hub);
  for (const _ of [1, 2, 3]) {
    await hub.flush();
    await hub.checkAfter(6_000);
    expect(await hub.ledger().story('p1')).toBeDefined();
  }
});

test('what is final, or stands in the ledger, is left alone', async () => {
  const hub = setUp();
  await asked(hub);
  await hub.checkAfter(6_000);
  expect(hub.chased).toEqual([]);
  const story = await hub.ledger().story('p1');
  if (story) hub.rescue.keep(story.post, story, true);
  await hub.flush();
  await hub.checkAfter(6_000);
  expect(await hub.ledger().story('p1')).toBeUndefined();
});

test('alerts are not kept: their nodes say them again', async () => {
  const hub = setUp();
  const story = await asked(hub);
  hub.rescue.keep(story.post, { ...story, alert: sampleAlert() }, false);
  await hub.flush();
  await hub.checkAfter(6_000);
  expect(await hub.ledger().story('p1')).toBeUndefined();
});

test('work of several nodes that the ledger has lost is not gone on with: nobody knows how far it came', async () => {
  const hub = setUp();
  const ask = {
    ...sampleQuestion({ campaign: 'g1' }),
    jobs: [sampleJob()],
    campaign: sampleCampaign({ stage: 'asking' }),
  };
  await hub.ledger().ask({ ...ask, post: { ...ask.post, jobs: ['j1'] } });
  const story = await hub.ledger().story('p1');
  if (story) hub.rescue.keep({ ...story.post, message: 55 }, story, false);
  await hub.flush();
  await hub.checkAfter(6_000);
  const back = await hub.ledger().story('p1');
  expect(back).toMatchObject({ post: { message: 55 }, confirm: { state: 'no' }, jobs: [{ id: 'j1' }] });
  expect(back?.campaign).toMatchObject({
    ...{ stage: 'over', turn: 2 },
    ending: { tone: 'warn', next: 'Nobody else is asked. Look how it stands: /vault. Then begin anew: /unseal' },
  });
  expect(await hub.ledger().campaigns(9)).toEqual([]);
  expect(hub.chased).toEqual(['j1']);
});
