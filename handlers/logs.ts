import { z } from 'zod';
import { formatDuration } from '#src/kit/duration.ts';
import { count } from '#src/kit/text.ts';
import { defineOperation } from '#src/operation/define.ts';
import { duration, whole, words, workload } from '#src/operation/params.ts';

/** The newest lines of one workload's log; long output becomes a document in the chat. */
export default defineOperation({
  name: 'logs',
  version: 2,
  summary: 'The newest log lines of a workload',
  role: 'viewer',
  risk: 'read',
  timeout: '30s',
  needs: ['workloads'],
  params: z.strictObject({
    target: workload(),
    lines: whole(1, 1000, 40).default(40).describe('how many lines'),
    since: duration('1h').optional().describe('only lines of the last hour, say'),
    grep: words(100, 'error').optional().describe('only lines with this text'),
  }),
  result: z.object({ text: z.string() }),
  steps: { read: { title: 'Read the log', kind: 'read' } },

  async run({ params, tools, step, signal }) {
    const query = { lines: params.lines, sinceMs: params.since, grep: params.grep };
    return { text: await step('read', () => tools.workloads.logs(params.target, query, signal)) };
  },

  report({ params, result: { text } }) {
    const filters = [
      params.since === undefined ? '' : ` of the last ${formatDuration(params.since)}`,
      params.grep === undefined ? '' : ` with "${params.grep}"`,
    ].join('');
    if (text.trim() === '') return { tone: 'info', title: `${params.target}: no lines${filters}` };
    const lines = text.trimEnd().split('\n').length;
    return {
      tone: 'info',
      title: `${params.target}: ${count(lines, 'line')}${filters}`,
      block: { label: `Output of ${params.target}`, text },
    };
  },
});
