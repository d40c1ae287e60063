import { z } from 'zod';
import { count } from '#src/kit/text.ts';
import { workloadFact } from '#src/knowledge/verdicts.ts';
import { defineOperation } from '#src/operation/define.ts';
import { Fact, worst } from '#src/operation/reply.ts';

/** Row C2: every workload that the configuration expects, running or not. */
export default defineOperation({
  name: 'status',
  version: 1,
  summary: 'What runs here, and what should but does not',
  role: 'viewer',
  risk: 'read',
  timeout: '20s',
  needs: ['workloads'],
  params: z.strictObject({}),
  result: z.object({ facts: z.array(Fact), down: z.array(z.string()) }),
  steps: { look: { title: 'Look at each workload', kind: 'read' } },

  async run({ tools, step, signal }) {
    const workloads = await step('look', () => tools.workloads.list(signal));
    const down = workloads.filter((each) => each.state !== 'running' || each.healthy === false);
    return { facts: workloads.map(workloadFact), down: down.map((each) => each.name) };
  },

  report({ result: { facts, down } }) {
    const title =
      facts.length === 0
        ? 'no workloads; declare some under node.workloads'
        : down.length === 0
          ? `all is well with ${count(facts.length, 'workload')}`
          : `${down.length} of ${count(facts.length, 'workload')} to look at`;
    const buttons = down.slice(0, 2).flatMap((target) => [
      { label: `Restart ${target}`.slice(0, 40), operation: 'restart', input: { target } },
      { label: `Logs of ${target}`.slice(0, 40), operation: 'logs', input: { target } },
    ]);
    return { tone: worst(facts.map((fact) => fact.tone)), title, facts, buttons };
  },
});
