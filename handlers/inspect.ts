import { z } from 'zod';
import { clip, sanitise } from '#src/kit/text.ts';
import { fitFacts } from '#src/knowledge/facts.ts';
import { limitFacts, restartsFact } from '#src/knowledge/limits.ts';
import { workloadFact } from '#src/knowledge/workloads.ts';
import { defineOperation } from '#src/operation/define.ts';
import { workload } from '#src/operation/params.ts';
import { Fact, worst } from '#src/operation/reply.ts';

/** Row C3: one workload in full, what it uses against what it may use. */
export default defineOperation({
  name: 'inspect',
  version: 1,
  summary: 'One workload in full: limits, usage, health, restarts',
  role: 'viewer',
  risk: 'read',
  timeout: '20s',
  needs: ['workloads', 'thresholds'],
  params: z.strictObject({ target: workload() }),
  result: z.object({ state: z.string(), facts: z.array(Fact) }),
  steps: { inspect: { title: 'Look at it', kind: 'read' } },

  async run({ params, tools, step, signal }) {
    const seen = await step('inspect', () => tools.workloads.inspect(params.target, signal));
    const { state, engine, expected, restarts } = seen.workload;
    const again = restartsFact(restarts);
    return {
      state,
      facts: [
        { ...workloadFact(seen.workload), label: 'State' },
        { label: 'Engine', value: `${engine}, ${expected ? 'declared here' : 'found, not declared'}` },
        ...(again ? [again] : []),
        ...limitFacts(seen, tools.thresholds.memoryPercent),
        ...seen.about.map(({ label, value }) => ({ label: shown(label, 64), value: shown(value, 400) })),
      ],
    };
  },

  report({ params: { target }, result: { state, facts } }) {
    const well = state === 'running' ? 'runs and is well' : `is ${state}`;
    const wrong = facts.filter(({ tone }) => tone === 'bad' || tone === 'warn').map(({ label }) => label.toLowerCase());
    return {
      tone: worst(facts.map(({ tone }) => tone)),
      title: wrong.length === 0 ? `${target} ${well}` : `${target}: look at its ${wrong.join(', ')}`,
      facts: fitFacts(facts),
      buttons: [{ label: 'Logs', operation: 'logs', input: { target } }],
    };
  },
});

function shown(text: string, most: number): string {
  return clip(sanitise(text).replaceAll('\n', ' '), most);
}
