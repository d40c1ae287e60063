import { z } from 'zod';
import { count } from '#src/kit/text.ts';
import { fitFacts } from '#src/knowledge/facts.ts';
import { countDown, isDown, statusFact } from '#src/knowledge/workloads.ts';
import { defineOperation } from '#src/operation/define.ts';
import type { ReplyButton } from '#src/operation/reply.ts';
import { Fact, worst } from '#src/operation/reply.ts';

/** Row C2: every workload that the configuration expects, running or not, then those that were only found. */
export default defineOperation({
  name: 'status',
  version: 2,
  summary: 'What runs here, and what should but does not',
  role: 'viewer',
  risk: 'read',
  timeout: '20s',
  needs: ['workloads'],
  params: z.strictObject({}),
  result: z.object({
    facts: z.array(Fact),
    declared: z.number(),
    down: z.array(z.object({ name: z.string(), state: z.string() })),
    /** What is wrong with those that are down, counted. */
    wrong: z.string(),
  }),
  steps: { look: { title: 'Look at each workload', kind: 'read' } },

  async run({ tools, step, signal }) {
    const workloads = await step('look', () => tools.workloads.list(signal));
    const down = workloads.filter(isDown);
    return {
      facts: workloads.map(statusFact),
      declared: workloads.filter(({ expected }) => expected).length,
      down: down.map(({ name, state }) => ({ name, state })),
      wrong: countDown(down),
    };
  },

  report({ result: { facts, declared, down, wrong } }) {
    if (facts.length === 0) return { tone: 'info', title: 'no workloads; declare some under node.workloads' };
    const found = facts.length - declared;
    const title =
      declared === 0
        ? `nothing is declared under node.workloads, ${count(found, 'workload')} found`
        : down.length === 0
          ? `all is well with ${count(declared, 'workload')}${found === 0 ? '' : `, ${found} more found`}`
          : `${down.length} of ${count(declared, 'workload')} to look at: ${wrong}`;
    return {
      tone: declared === 0 ? 'info' : worst(facts.map((fact) => fact.tone)),
      title,
      facts: fitFacts(facts),
      buttons: down.flatMap(remedies).slice(0, MOST_BUTTONS),
    };
  },
});

/** Those of two workloads. */
const MOST_BUTTONS = 4;

function remedies({ name, state }: { name: string; state: string }): z.infer<typeof ReplyButton>[] {
  const input = { target: name };
  const logs = { label: `Logs of ${name}`.slice(0, 40), operation: 'logs', input };
  if (state === 'missing' || state === 'unknown') return [];
  if (state === 'stopped') return [{ label: `Start ${name}`.slice(0, 40), operation: 'start', input }, logs];
  return [{ label: `Restart ${name}`.slice(0, 40), operation: 'restart', input }, logs];
}
