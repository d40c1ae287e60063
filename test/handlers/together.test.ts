import { expect, onTestFinished, test } from 'vitest';
import inspect from '#handlers/inspect.ts';
import start from '#handlers/start.ts';
import status from '#handlers/status.ts';
import stop from '#handlers/stop.ts';
import { joinEngines } from '#src/adapters/engines.ts';
import type { Input } from '#src/operation/args.ts';
import type { Operation } from '#src/operation/define.ts';
import { DEMO, makeProcesses } from '../adapters/process/made.ts';
import { patience } from '../adapters/temporary.ts';
import { beforeOf, runWith, THRESHOLDS, toolsWith, workOf } from './tools.ts';

const INPUT = { target: 'web' };

test('a real workload is stopped, told as stopped, started and inspected, each with a plan that still holds', async () => {
  const tools = await realTools();
  await tools.workloads.settled('web', patience());
  const wasRunning = await stop.plan(workOf(stop, INPUT, tools));
  const before = await beforeOf(stop, INPUT, tools);
  expect((await stop.plan(workOf(stop, INPUT, tools))).binds).toBe(wasRunning.binds);

  expect(await told(stop, INPUT, tools)).toMatchObject({ tone: 'ok', title: 'web stopped in 1.0 s' });
  expect(await stop.verify({ ...workOf(stop, INPUT, tools), before })).toMatchObject({ verdict: 'verified applied' });
  expect((await stop.plan(workOf(stop, INPUT, tools))).binds).not.toBe(wasRunning.binds);
  expect(await told(stop, INPUT, tools)).toMatchObject({ title: 'web did not run' });
  expect(await told(status, {}, tools)).toMatchObject({
    tone: 'bad',
    title: '1 of 1 workload to look at: 1 stopped',
    buttons: [{ operation: 'start', input: INPUT }, { operation: 'logs' }],
  });
  expect(await told(inspect, INPUT, tools)).toMatchObject({ tone: 'bad', title: 'web: look at its state' });

  const old = await beforeOf(start, INPUT, tools);
  expect(await start.verify({ ...workOf(start, INPUT, tools), before: old })).toMatchObject({
    verdict: 'verified not applied',
  });
  expect(await told(start, INPUT, tools)).toMatchObject({ tone: 'ok', title: 'web started and healthy in 1.0 s' });
  expect(await start.verify({ ...workOf(start, INPUT, tools), before: old })).toEqual({
    verdict: 'verified applied',
    because: 'web runs and is healthy.',
  });
  expect(await told(start, INPUT, tools)).toMatchObject({ title: 'web ran already and is healthy' });
  expect(await told(inspect, INPUT, tools)).toMatchObject({ tone: 'ok', title: 'web runs and is well' });
  expect(await told(status, {}, tools)).toMatchObject({ tone: 'ok', title: 'all is well with 1 workload' });
});

async function realTools() {
  const { workloads: processes } = await makeProcesses({ web: DEMO });
  onTestFinished(() => processes.close());
  await processes.open();
  const member = { engine: 'process' as const, workloads: processes, declared: ['web'], discovers: false };
  return toolsWith({ workloads: joinEngines([member], ['web']), thresholds: THRESHOLDS });
}

/** Runs it as the agent does and answers what it reports. */
async function told(operation: Operation, input: Input, tools: Awaited<ReturnType<typeof realTools>>) {
  const { result } = await runWith(operation, input, tools);
  return operation.report({ node: 'alpha', params: operation.parse(input), result, tookMs: 1000 });
}
