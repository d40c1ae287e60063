import { pino } from 'pino';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createExecutor } from '#src/agent/executor.ts';
import type { Journal } from '#src/agent/journal.ts';
import { createJournal } from '#src/agent/journal.ts';
import { createLanes } from '#src/agent/lanes.ts';
import type { Rule } from '#src/agent/policy/rule.ts';
import { createPolicy } from '#src/agent/policy.ts';
import { createCatalog } from '#src/catalog.ts';
import { waitUntil } from '#src/kit/waitUntil.ts';
import { defineOperation } from '#src/operation/define.ts';
import { workload } from '#src/operation/params.ts';
import { digestPlan } from '#src/operation/plan.ts';
import type { Tools } from '#src/operation/tools.ts';
import type { Saying } from '#src/wire/event.ts';
import type { WorkOrder } from '#src/wire/order.ts';

const NOW = 1_800_000_000_000;
const ALL: Rule[] = [{ operations: ['*'], targets: ['*'], operators: ['*'] }];
const PLAN = digestPlan({ operation: 'change', version: 1, input: { target: 'web' }, binds: 'now' });
const TWO = { proof: 'hub' as const, approvers: 1, selfApproval: false, reason: true };
const journals: Journal[] = [];

afterEach(() => {
  for (const journal of journals.splice(0)) journal.close();
});

describe('the executor', () => {
  test('takes a job once, however often its order comes', async () => {
    const { executor, ran, verdict, order } = setUp();
    await Promise.all([executor.take(order('a', 'web')), executor.take(order('a', 'web'))]);
    await executor.take(order('a', 'web'));
    expect(await verdict('a')).toMatchObject({ verdict: 'done' });
    expect(ran).toEqual(['web']);
  });

  test('refuses a second change of a target that is held, and says who holds it and since when', async () => {
    const gate = Promise.withResolvers<void>();
    const { executor, ran, verdict, order } = setUp({ hold: gate.promise });
    await executor.take(order('aaaaaaaa', 'web'));
    await executor.take(order('bbbbbbbb', 'web'));
    expect(await verdict('bbbbbbbb')).toMatchObject({
      verdict: 'refused',
      reply: {
        title: expect.stringMatching(/^web on local is busy: change \(job aaaaaa\) has worked on it for \d+ ms\./),
      },
    });
    await executor.take(order('cccccccc', 'other'));
    gate.resolve();
    expect(await verdict('aaaaaaaa')).toMatchObject({ verdict: 'done' });
    expect(await verdict('cccccccc')).toMatchObject({ verdict: 'done' });
    expect(ran.toSorted()).toEqual(['other', 'web']);
  });

  test('ends work that outlives its time in the middle of a once-step by verifying it against the image from before', async () => {
    const { executor, verdict, order } = setUp({ hold: new Promise(() => {}) });
    await executor.take(order('a', 'web'));
    expect(await verdict('a', 15_000)).toMatchObject({
      verdict: 'verified applied',
      reply: { title: 'before was 1 and now' },
    });
  });

  test('refuses a change whose plan no longer holds', async () => {
    const { executor, ran, verdict, order } = setUp();
    await executor.take(order('a', 'web', { plan: 'f'.repeat(64) }));
    expect(await verdict('a')).toMatchObject({
      verdict: 'refused',
      reply: { title: expect.stringContaining('plan is stale') },
    });
    expect(ran).toEqual([]);
  });

  test.each<[string, Rule[], object]>([
    ['nothing', ALL, {}],
    [
      'what the rule that decides demands, and of whom',
      [{ ...ALL[0], operators: [1001, 1002], require: TWO } as Rule, ...ALL],
      { asks: { ...TWO, by: [1001, 1002] } },
    ],
  ])('says with the plan that carrying it out takes %s', async (_, rules, asks) => {
    const { executor, journal, order } = setUp({ rules });
    await executor.take(order('p', 'web', { kind: 'plan' }));
    await executor.settle(2_000);
    expect(journal.unsent(0, 9).map(({ saying }) => saying)).toEqual([
      { kind: 'accepted', job: 'p' },
      { kind: 'planned', job: 'p', plan: { facts: [], digest: expect.any(String) }, ...asks },
    ]);
  });

  test.each([
    ['their own', [1001], { approvers: [], because: 'self-approved' }],
    ["somebody else's", [1001, 1002], { approvers: [1002] }],
  ])('notes a yes that the rule asked for, which was %s', async (_, people, noted) => {
    const require = { proof: 'hub' as const, approvers: 1, selfApproval: true, reason: false };
    const { executor, journal, verdict, order } = setUp({ rules: [{ ...ALL[0], require } as Rule] });
    const approvals = people.map((operator) => ({ operator, plan: PLAN, at: NOW }));
    await executor.take(order('a', 'web', { plan: PLAN, approvals }));
    expect(await verdict('a')).toMatchObject({ verdict: 'done' });
    const [accepted] = journal.audit.lines(0, 1).map((line) => JSON.parse(line));
    expect({ approvers: accepted.approvers, because: accepted.because }).toEqual({ because: undefined, ...noted });
  });

  test('notes no approver where the one who asks has only confirmed', async () => {
    const { executor, journal, verdict, order } = setUp();
    const approvals = [{ operator: 1001, plan: PLAN, at: NOW }];
    await executor.take(order('a', 'web', { plan: PLAN, approvals }));
    await verdict('a');
    expect(journal.audit.lines(0, 9).join()).not.toMatch(/"approvers":\[1|self-approved/);
  });

  test('refuses the plan of somebody whom no rule names', async () => {
    const { executor, verdict, order } = setUp({ rules: [{ ...ALL[0], operators: [1002], require: TWO } as Rule] });
    await executor.take(order('p', 'web', { kind: 'plan' }));
    expect(await verdict('p')).toMatchObject({ verdict: 'refused' });
  });

  test('says expired of an order that comes too late, and never runs it', async () => {
    const { executor, ran, verdict, order } = setUp();
    await executor.take({ ...order('a', 'web'), expiresAt: NOW });
    expect(await verdict('a')).toMatchObject({ verdict: 'expired' });
    await executor.take(order('a', 'web'));
    expect(ran).toEqual([]);
  });

  test('makes a job that it is asked about and never saw impossible', async () => {
    const { executor, ran, verdict, order } = setUp();
    await executor.take({ ...order('q', 'web'), body: { kind: 'query', v: 1, job: 'a' } });
    expect(await verdict('a')).toMatchObject({ verdict: 'expired' });
    await executor.take(order('a', 'web'));
    expect(ran).toEqual([]);
  });
});

describe('recovery', () => {
  test('runs what was accepted and not started while it is in time', async () => {
    const { executor, journal, ran, verdict, order } = setUp();
    journal.accept('a', order('a', 'web').body as WorkOrder, NOW + 1);
    await executor.recover();
    expect(await verdict('a')).toMatchObject({ verdict: 'done' });
    expect(ran).toEqual(['web']);
  });

  test('says expired of what was accepted and is out of time', async () => {
    const { executor, journal, ran, verdict, order } = setUp();
    journal.accept('a', order('a', 'web').body as WorkOrder, NOW);
    await executor.recover();
    expect(await verdict('a')).toMatchObject({ verdict: 'expired' });
    expect(ran).toEqual([]);
  });

  test('asks the policy again, which may be narrower by now', async () => {
    const { executor, journal, ran, verdict, order } = setUp({ rules: [] });
    journal.accept('a', order('a', 'web').body as WorkOrder, NOW + 1);
    await executor.recover();
    expect(await verdict('a')).toMatchObject({ verdict: 'refused' });
    expect(ran).toEqual([]);
  });

  test('never runs started work again: without a once-step nothing was changed, with one it is verified', async () => {
    const { executor, journal, ran, verdict, order } = setUp();
    for (const job of ['a', 'b']) {
      journal.accept(job, order(job, job).body as WorkOrder, NOW + 1);
      journal.start(job, { count: 7, bound: 'then' });
    }
    journal.begin('b', 'act');
    await executor.recover();
    expect(await verdict('a')).toMatchObject({ verdict: 'verified not applied' });
    expect(await verdict('b')).toMatchObject({
      verdict: 'verified applied',
      reply: { title: 'before was 7 and then' },
    });
    expect(ran).toEqual([]);
  });

  test('calls for a human when the interrupted operation is not known any more', async () => {
    const { executor, journal, verdict, order } = setUp();
    journal.accept('a', { ...(order('a', 'web').body as WorkOrder), operation: 'gone' }, NOW + 1);
    journal.start('a', {});
    await executor.recover();
    expect(await verdict('a')).toMatchObject({ verdict: 'needs human' });
  });
});

/** An executor with one operation, `change`, that notes its targets and waits for `hold` in its once-step. */
function setUp({ hold = Promise.resolve(), rules = ALL }: { hold?: Promise<void>; rules?: Rule[] } = {}) {
  const ran: string[] = [];
  const journal = createJournal({ file: ':memory:', now: () => NOW });
  journals.push(journal);
  const operation = defineOperation({
    ...{ name: 'change', version: 1, summary: 'Change it', role: 'operator', risk: 'change', timeout: '50ms' },
    needs: [],
    params: z.strictObject({ target: workload() }),
    result: z.object({}),
    steps: { act: { title: 'Act', kind: 'once' } },
    plan: async () => ({ facts: [], binds: 'now' }),
    before: async ({ bound }) => ({ count: 1, bound }),
    async run({ params, step }) {
      await step('act', async () => {
        ran.push(params.target);
        await hold;
      });
      return {};
    },
    verify: async ({ before }) => ({
      verdict: 'verified applied',
      because: `before was ${before.count} and ${before.bound}`,
    }),
    report: ({ params }) => ({ tone: 'ok', title: `${params.target} changed` }),
  });
  const executor = createExecutor({
    ...{ node: 'local', journal, lanes: createLanes(), tools: {} as unknown as Tools, now: () => NOW },
    catalog: createCatalog([{ file: 'change.ts', operation }]),
    policy: createPolicy({ node: 'local', environment: 'dev', rules }),
    log: pino({ level: 'silent' }),
  });
  const order = (
    job: string,
    target: string,
    more: Partial<Extract<WorkOrder, { kind: 'run' }>> | { kind: 'plan' } = {},
  ) => ({
    ...{ jti: job, issuedAt: NOW, epoch: 1, expiresAt: NOW + 60_000 },
    body: {
      kind: 'run' as const,
      v: 1 as const,
      operation: 'change',
      version: 1,
      input: { target },
      operator: 1001,
      ...more,
    } as WorkOrder | { kind: 'query'; v: 1; job: string },
  });
  const verdict = (job: string, withinMs = 2_000) =>
    waitUntil(
      () =>
        journal
          .unsent(0, 100)
          .map(({ saying }): Saying => saying)
          .find((saying) => saying.kind === 'verdict' && saying.job === job),
      {
        ...{ withinMs, everyMs: 5, what: `the verdict of ${job}` },
      },
    );
  return { executor, journal, ran, verdict, order };
}
