import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { createExecutor } from '#src/agent/executor.ts';
import { createJournal } from '#src/agent/journal.ts';
import { createLanes } from '#src/agent/lanes.ts';
import type { StepUps } from '#src/agent/policy/stepups.ts';
import { createPolicy } from '#src/agent/policy.ts';
import { createCatalog } from '#src/catalog.ts';
import { waitUntil } from '#src/kit/waitUntil.ts';
import { defineOperation } from '#src/operation/define.ts';
import { workload } from '#src/operation/params.ts';
import type { Tools } from '#src/operation/tools.ts';
import type { Order, WorkOrder } from '#src/wire/order.ts';

const NOW = 1_800_000_000_000;

test('a cancel that overtakes its order leaves a mark, and the order can never start', async () => {
  const { take, cancel, ran, verdicts } = setUp();
  await cancel('a');
  await take('a');
  await take('b');
  await waitUntil(() => verdicts().find(({ job }) => job === 'b'), { withinMs: 2_000, everyMs: 5, what: 'b' });
  expect(ran).toEqual(['b act', 'b look']);
  expect(verdicts()[0]).toMatchObject({
    job: 'a',
    verdict: 'refused',
    reply: { title: 'Cancelled by Ada before it started. Nothing was done.' },
  });
});

test('a job that is cancelled before it started is refused, and frees its target', async () => {
  const { take, cancel, hold, reached, ran, verdict } = setUp();
  hold('before');
  await take('a');
  await reached('before');
  await cancel('a');
  expect(await verdict('a')).toMatchObject({
    verdict: 'refused',
    reply: { title: 'Cancelled by Ada before it started. Nothing was done.' },
  });
  expect(ran).toEqual([]);
  hold('nothing');
  await take('b', 'a');
  expect(await verdict('b')).toMatchObject({ verdict: 'done' });
});

test.each(['before it is taken up again', 'while it is looked at'])(
  'a job that was accepted and does not run is cancelled %s, and never starts',
  async (when) => {
    const looking = Promise.withResolvers<void>();
    const { accept, cancel, recover, ran, verdict, verdicts } = setUp({
      stepUps: () => looking.promise.then(() => []),
    });
    accept('a');
    const early = when === 'before it is taken up again';
    if (early) await cancel('a');
    const recovered = recover();
    if (!early) await cancel('a');
    looking.resolve();
    await recovered;
    expect(await verdict('a')).toMatchObject({
      verdict: 'refused',
      reply: { title: 'Cancelled by Ada before it started. Nothing was done.' },
    });
    expect(verdicts()).toHaveLength(1);
    expect(ran).toEqual([]);
  },
);

test('a job that had started when its agent died is verified, whoever cancels it', async () => {
  const { accept, start, cancel, recover, verdict, verdicts } = setUp();
  accept('a');
  start('a');
  await cancel('a');
  expect(verdicts()).toEqual([]);
  await recover();
  expect(await verdict('a')).toMatchObject({ verdict: 'verified applied' });
});

test('a job that is cancelled in a step that is not repeated is verified against the image from before', async () => {
  const { take, cancel, hold, reached, said, verdict } = setUp();
  hold('act');
  await take('a');
  await reached('act');
  await cancel('a');
  expect(await verdict('a')).toMatchObject({
    verdict: 'verified applied',
    reply: { title: 'Cancelled by Ada in the middle. before was 1' },
  });
  expect(said('unknown')).toMatchObject([
    { because: 'Cancelled by Ada in the middle; the node is finding out what became of it.' },
  ]);
});

test.each([
  ['1m', 'done', ['a act', 'act ended', 'a look']],
  ['20ms', 'verified applied', ['a act', 'a verified']],
])('work that was told to stop is waited for as long as its operation needs: %s', async (grace, ending, order) => {
  const { take, cancel, deafen, reached, ran, verdict, release } = setUp({ grace });
  deafen('act');
  await take('a');
  await reached('act');
  await cancel('a');
  if (grace === '1m') release();
  expect(await verdict('a')).toMatchObject({ verdict: ending });
  expect(ran).toEqual(order);
  release();
});

test('a job that is cancelled between its steps failed, and says what stays', async () => {
  const { take, cancel, hold, reached, verdict } = setUp();
  hold('look');
  await take('a');
  await reached('look');
  await cancel('a', 'Ben\n');
  expect(await verdict('a')).toMatchObject({
    verdict: 'failed',
    reply: { title: 'Cancelled by Ben. What "Act" did stays.' },
  });
});

test('whoever cancels is on record, once, and only where there was something to cancel', async () => {
  const { take, cancel, hold, reached, verdict, cancels } = setUp();
  await cancel('a');
  await cancel('a');
  hold('look');
  await take('b');
  await reached('look');
  await cancel('b');
  await cancel('b');
  await verdict('b');
  await cancel('b');
  expect(cancels()).toEqual([
    { decision: 'cancel asked', source: 'order', operator: 1001, job: 'a' },
    { decision: 'cancel asked', source: 'order', operator: 1001, job: 'b' },
  ]);
});

test('a job that has ended stays as it ended', async () => {
  const { take, cancel, verdict, verdicts } = setUp();
  await take('a');
  expect(await verdict('a')).toMatchObject({ verdict: 'done' });
  await cancel('a');
  await cancel('a');
  expect(verdicts()).toHaveLength(1);
});

/** An executor with one operation in which a job can be held at any place until its signal aborts. */
function setUp({ stepUps = async () => [], grace = '5s' }: { stepUps?: StepUps; grace?: string } = {}) {
  const ran: string[] = [];
  const seen: string[] = [];
  let [held, deaf] = ['nothing', 'nothing'];
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const journal = createJournal({ file: ':memory:', now: () => NOW });
  onTestFinished(() => journal.close());
  const pass = async (place: string, signal: AbortSignal): Promise<void> => {
    seen.push(place);
    if (place === deaf) return void (await released.then(() => ran.push(`${place} ended`)));
    if (place !== held) return;
    const { promise, reject } = Promise.withResolvers<never>();
    signal.addEventListener('abort', () => reject(signal.reason));
    await promise;
  };
  const operation = defineOperation({
    ...{ name: 'change', version: 1, summary: 'Change it', role: 'operator', risk: 'change', timeout: '1m', grace },
    needs: [],
    params: z.strictObject({ target: workload() }),
    result: z.object({}),
    steps: { act: { title: 'Act', kind: 'once' }, look: { title: 'Look', kind: 'read' } },
    plan: async () => ({ facts: [], binds: 'now' }),
    async before({ signal }) {
      await pass('before', signal);
      return { count: 1 };
    },
    async run({ params, step, signal }) {
      for (const key of ['act', 'look'] as const)
        await step(key, async () => {
          ran.push(`${params.target} ${key}`);
          await pass(key, signal);
        });
      return {};
    },
    verify: async ({ params, before }) => {
      ran.push(`${params.target} verified`);
      return { verdict: 'verified applied', because: `before was ${before.count}` };
    },
    report: ({ params }) => ({ tone: 'ok', title: `${params.target} changed` }),
  });
  const executor = createExecutor({
    ...{ node: 'local', journal, lanes: createLanes(), tools: {} as unknown as Tools, now: () => NOW },
    catalog: createCatalog([{ file: 'change.ts', operation }]),
    policy: createPolicy({
      node: 'local',
      environment: 'dev',
      rules: [{ operations: ['*'], targets: ['*'], operators: ['*'] }],
    }),
    log: pino({ level: 'silent' }),
    stepUps,
  });
  const give = (jti: string, body: Order) =>
    executor.take({ jti, issuedAt: NOW, epoch: 1, expiresAt: NOW + 60_000, body });
  const orderOf = (target: string): WorkOrder => ({ kind: 'run', ...asked, input: { target } });
  const asked = { v: 1, operation: 'change', version: 1, operator: 1001 } as const;
  const said = <K extends string>(kind: K) =>
    journal.unsent(0, 100).flatMap(({ saying }) => (saying.kind === kind ? [saying] : []));
  const verdicts = () => journal.unsent(0, 100).flatMap(({ saying }) => (saying.kind === 'verdict' ? [saying] : []));
  const cancels = () =>
    journal.audit
      .lines(0, 99)
      .map((line) => JSON.parse(line))
      .filter(({ decision }) => decision === 'cancel asked')
      .map(({ decision, source, operator, job }) => ({ decision, source, operator, job }));
  const soon = <T>(what: string, look: () => T | undefined) => waitUntil(look, { withinMs: 2_000, everyMs: 5, what });
  return {
    ...{ ran, said, verdicts, cancels },
    hold: (place: string) => {
      held = place;
    },
    deafen: (place: string) => {
      deaf = place;
    },
    release,
    reached: (place: string) => soon(place, () => seen.includes(place) || undefined),
    take: (job: string, target = job) => give(job, orderOf(target)),
    accept: (job: string) => journal.accept(job, orderOf(job), NOW + 60_000),
    start: (job: string) => {
      journal.start(job, { count: 1 });
      journal.begin(job, 'act');
    },
    recover: () => executor.recover(),
    cancel: (job: string, by = 'Ada') => give(`cancel-${job}`, { kind: 'cancel', v: 1, job, operator: 1001, by }),
    verdict: (job: string) => soon(`the verdict of ${job}`, () => verdicts().find((each) => each.job === job)),
  };
}
