import { z } from 'zod';
import { formatDuration } from '#src/kit/duration.ts';
import { refuseMissing, workloadFact } from '#src/knowledge/workloads.ts';
import { defineOperation } from '#src/operation/define.ts';
import { flag, workload } from '#src/operation/params.ts';
import type { Fact } from '#src/operation/reply.ts';

/** Stops one workload; it stays so until somebody starts it. */
export default defineOperation({
  name: 'stop',
  version: 1,
  summary: 'Stop a workload until somebody starts it again',
  role: 'operator',
  risk: 'change',
  timeout: '2m',
  needs: ['workloads'],
  params: z.strictObject({
    target: workload(),
    force: flag().describe('do not wait for it to stop by itself'),
  }),
  result: z.object({ already: z.boolean(), detail: z.string().optional() }),
  steps: { stop: { title: 'Stop it', kind: 'once' } },
  question: ({ target, force }) => `Stop ${target}${force ? ' by force' : ''}?`,

  async plan({ params, tools, signal }) {
    const now = refuseMissing(await tools.workloads.get(params.target, signal));
    const facts: Fact[] = [{ ...workloadFact(now), label: 'Now' }];
    if (now.state !== 'running') facts.push({ label: 'Then', value: 'it does not run and stays so', tone: 'info' });
    else facts.push(...consequences(params.force));
    return { facts, binds: `${now.state} ${now.instance ?? 'never ran'}` };
  },

  async before({ params, tools, signal }) {
    const { instance, state } = await tools.workloads.get(params.target, signal);
    return { instance, ran: state === 'running' };
  },

  async run({ params: { target, force }, tools, step, signal }) {
    const { state } = await tools.workloads.get(target, signal);
    const stopped = await step('stop', () => tools.workloads.stop(target, { force }, signal));
    return { already: state !== 'running', detail: stopped.detail };
  },

  async verify({ params: { target }, tools, before, signal }) {
    const now = await tools.workloads.get(target, signal);
    if (now.state === 'unknown')
      return {
        verdict: 'needs human',
        because: `Nobody knows whether ${target} runs: ${now.engine} does not answer. Look at ${now.engine}, then ask for its status.`,
      };
    if (now.state !== 'running')
      return {
        verdict: 'verified applied',
        because: `${target} ${before.ran ? 'does not run any more' : 'does not run'}.`,
      };
    if (now.instance === before.instance)
      return { verdict: 'verified not applied', because: `${target} still runs as before. Ask again.` };
    return {
      verdict: 'needs human',
      because: `A new ${target} runs: something started it meanwhile. Find out what, then stop it again.`,
    };
  },

  report({ params: { target }, result, tookMs }) {
    return {
      tone: 'ok',
      title: result.already ? `${target} did not run` : `${target} stopped in ${formatDuration(tookMs)}`,
      facts: result.detail ? [{ label: 'Now', value: result.detail }] : [],
      buttons: [
        { label: 'Start', operation: 'start', input: { target } },
        { label: 'Logs', operation: 'logs', input: { target } },
      ],
    };
  },
});

function consequences(force: boolean): Fact[] {
  return [
    { label: 'Then', value: 'it serves nobody until somebody starts it again', tone: 'warn' },
    ...(force ? [{ label: 'Force', value: 'what it has not saved is lost', tone: 'warn' as const }] : []),
  ];
}
