import { z } from 'zod';
import { formatDuration } from '#src/kit/duration.ts';
import { refuseMissing, workloadFact } from '#src/knowledge/workloads.ts';
import { defineOperation } from '#src/operation/define.ts';
import { flag, workload } from '#src/operation/params.ts';

/** Restarts one workload and waits until it is healthy. */
export default defineOperation({
  name: 'restart',
  version: 2,
  summary: 'Restart a workload and wait until it is healthy',
  role: 'operator',
  risk: 'change',
  timeout: '4m',
  needs: ['workloads'],
  params: z.strictObject({
    target: workload(),
    force: flag().describe('do not wait for it to stop by itself'),
  }),
  result: z.object({ state: z.enum(['healthy', 'running']), detail: z.string().optional() }),
  steps: {
    restart: { title: 'Restart it', kind: 'once' },
    healthy: { title: 'Wait until it is healthy', kind: 'read' },
  },
  question: ({ target, force }) => `Restart ${target}${force ? ' by force' : ''}?`,

  async plan({ params, tools, signal }) {
    const now = refuseMissing(await tools.workloads.get(params.target, signal));
    return { facts: [{ ...workloadFact(now), label: 'Now' }], binds: now.instance ?? 'not running' };
  },

  async before({ params, tools, signal }) {
    const { instance } = await tools.workloads.get(params.target, signal);
    return { instance };
  },

  async run({ params, tools, step, note, signal }) {
    const fresh = await step('restart', () => tools.workloads.restart(params.target, { force: params.force }, signal));
    if (fresh.detail) note(fresh.detail);
    const settled = await step('healthy', () => tools.workloads.settled(params.target, signal));
    const state: 'healthy' | 'running' = settled.healthy ? 'healthy' : 'running';
    return { state, detail: settled.detail };
  },

  async verify({ params, tools, before, signal }) {
    const now = await tools.workloads.get(params.target, signal);
    if (now.state !== 'running')
      return {
        verdict: 'needs human',
        because: `${params.target} does not run (${now.state}). Restart it again when you have looked at its logs.`,
      };
    if (now.instance === before.instance)
      return { verdict: 'verified not applied', because: `${params.target} still runs as before. Ask again.` };
    return {
      verdict: 'verified applied',
      because: `A new ${params.target} runs${now.healthy ? ' and is healthy' : ''}.`,
    };
  },

  report({ params: { target }, result, tookMs }) {
    return {
      tone: 'ok',
      title: `${target} restarted and ${result.state} in ${formatDuration(tookMs)}`,
      facts: result.detail ? [{ label: 'Now', value: result.detail }] : [],
      buttons: [{ label: 'Logs', operation: 'logs', input: { target } }],
    };
  },
});
