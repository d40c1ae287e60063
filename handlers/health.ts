import { z } from 'zod';
import { formatDuration } from '#src/kit/duration.ts';
import { sentenceOf } from '#src/kit/problem.ts';
import { count } from '#src/kit/text.ts';
import { knownFacts } from '#src/knowledge/backups.ts';
import { fitFacts } from '#src/knowledge/facts.ts';
import { diskFacts, endpointFact, memoryFact } from '#src/knowledge/verdicts.ts';
import { isDown, workloadFact } from '#src/knowledge/workloads.ts';
import { defineOperation } from '#src/operation/define.ts';
import { Fact, worst } from '#src/operation/reply.ts';

/** Row H1: is this node well, line by line with value and threshold. */
export default defineOperation({
  name: 'health',
  version: 2,
  summary: 'Is everything well? Disk, memory, links, endpoints, workloads',
  role: 'viewer',
  risk: 'read',
  timeout: '20s',
  needs: ['host', 'links', 'endpoints', 'workloads', 'backups', 'thresholds'],
  params: z.strictObject({}),
  result: z.object({ facts: z.array(Fact), declared: z.number(), down: z.number() }),
  steps: {
    links: { title: 'Reach the ledger and Telegram', kind: 'read' },
    host: { title: 'Read the machine', kind: 'read' },
    endpoints: { title: 'Probe the endpoints', kind: 'read' },
    workloads: { title: 'Look at the workloads', kind: 'read' },
    backups: { title: 'Recall the backups', kind: 'read' },
  },

  async run({ tools, step, signal }) {
    const { host, links, endpoints, workloads, backups, thresholds } = tools;
    const reach = await step('links', () =>
      Promise.all([reachFact('Ledger', links.ledger(signal)), reachFact('Telegram', links.telegram(signal))]),
    );
    const { disks, memory, swap, loadPerCpu, uptimeMs } = await step('host', () => host.read(signal));
    const machine: Fact[] = [
      ...diskFacts(disks, thresholds),
      memoryFact(memory, thresholds.memoryPercent),
      ...(swap.totalBytes > 0 ? [{ ...memoryFact(swap, 100), label: 'Swap', limit: undefined, tone: undefined }] : []),
      { label: 'Load', value: `${loadPerCpu.toFixed(2)} per CPU, up ${formatDuration(uptimeMs)}` },
    ];
    const probes = await step('endpoints', () => endpoints.probe(signal));
    const all = await step('workloads', () => workloads.list(signal));
    const sets = await step('backups', () => backups.known());
    const here = all.filter(({ expected }) => expected);
    return {
      facts: [
        ...reach,
        ...machine,
        ...probes.map((probe) => endpointFact(probe, thresholds)),
        ...here.map(workloadFact),
        ...sets.flatMap(knownFacts),
      ],
      declared: here.length,
      down: here.filter(isDown).length,
    };
  },

  report({ result }) {
    const tone = worst(result.facts.map((fact) => fact.tone));
    const wrong = result.facts.filter((fact) => fact.tone === 'bad' || fact.tone === 'warn');
    const down = result.down === 0 ? '' : `: ${result.down} of ${count(result.declared, 'workload')} down`;
    const title = wrong.length === 0 ? 'all is well' : `${count(wrong.length, 'thing')} to look at${down}`;
    return { tone, title, facts: fitFacts(result.facts) };
  },
});

async function reachFact(label: string, answer: Promise<number>): Promise<Fact> {
  try {
    return { label, value: `answers in ${formatDuration(await answer)}`, tone: 'ok' };
  } catch (error) {
    return { label, value: sentenceOf(error), tone: 'bad' };
  }
}
