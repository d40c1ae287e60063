import { z } from 'zod';
import { formatDuration } from '#src/kit/duration.ts';
import { refuseMissing, workloadFact } from '#src/knowledge/workloads.ts';
import { defineOperation } from '#src/operation/define.ts';
import { workload } from '#src/operation/params.ts';

/** Starts one workload that does not run and waits until it is healthy; one that runs is left as it is. */
export default defineOperation({
  name: 'start',
  version: 1,
  summary: 'Start a workload and wait until it is healthy',
  role: 'operator',
  risk: 'change',
  timeout: '2m',
  needs: ['workloads'],
  params: z.strictObject({ target: workload() }),
  result: z.object({ state: z.enum(['healthy', 'running']), already: z.boolean(), detail: z.string().optional() }),
  steps: {
    start: { title: 'Start it', kind: 'once' },
    healthy: { title: 'Wait until it is healthy', kind: 'read' },
  },
  question: ({ target }) => `Start ${target}?`,

  async plan({ params, tools, signal }) {
    const now = refuseMissing(await tools.workloads.get(params.target, signal));
    const runs = now.state === 'running';
    return {
      facts: [
        { ...workloadFact(now), label: 'Now' },
        ...(runs ? [{ label: 'Then', value: 'it runs already and is left as it is', tone: 'info' as const }] : []),
      ],
      binds: `${now.state} ${now.instance ?? 'never ran'}`,
    };
  },

  async before({ params, tools, signal }) {
    const { instance, state } = await tools.workloads.get(params.target, signal);
    return { instance, ran: state === 'running' };
  },

  async run({ params: { target }, tools, step, note, signal }) {
    const { instance } = await tools.workloads.get(target, signal);
    const started = await step('start', () => tools.workloads.start(target, signal));
    if (started.detail) note(started.detail);
    const settled = await step('healthy', () => tools.workloads.settled(target, signal));
    const state: 'healthy' | 'running' = settled.healthy ? 'healthy' : 'running';
    return { state, already: instance !== undefined && started.instance === instance, detail: settled.detail };
  },

  async verify({ params: { target }, tools, before, signal }) {
    const now = await tools.workloads.get(target, signal);
    const well = now.healthy ? ' and is healthy' : '';
    if (now.state === 'running')
      return {
        verdict: 'verified applied',
        because:
          before.ran && now.instance === before.instance
            ? `${target} ran already and still does${well}.`
            : `${target} runs${well}.`,
      };
    if (now.state === 'unknown')
      return {
        verdict: 'needs human',
        because: `Nobody knows whether ${target} runs: ${now.engine} does not answer. Look at ${now.engine}, then ask for its status.`,
      };
    if (now.instance === before.instance)
      return {
        verdict: 'verified not applied',
        because: `${target} does not run (${now.state}), as before. Ask again.`,
      };
    return {
      verdict: 'needs human',
      because: `${target} was started and does not run any more (${now.state}). Look at its logs, then start it again.`,
    };
  },

  report({ params: { target }, result, tookMs }) {
    return {
      tone: 'ok',
      title: result.already
        ? `${target} ran already and is ${result.state}`
        : `${target} started and ${result.state} in ${formatDuration(tookMs)}`,
      facts: result.detail ? [{ label: 'Now', value: result.detail }] : [],
      buttons: [{ label: 'Logs', operation: 'logs', input: { target } }],
    };
  },
});
