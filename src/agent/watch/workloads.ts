import { formatDuration } from '#src/kit/duration.ts';
import type { Workload, Workloads } from '#src/operation/tools.ts';
import type { Reading, Watch } from './watch.ts';

const EVIDENCE_LINES = 12;

/** Why the state of a workload is no news: a job works on it now, or a person has stopped it. */
export type Excuse = (workload: string) => 'busy' | 'stopped' | undefined;

/** Workloads that are expected to run and do not, or are unhealthy (rows C2, H8); an engine that does not answer is told once for all of its own. */
export function watchWorkloads(workloads: Workloads, excuse: Excuse): Watch {
  return {
    name: 'workload',
    async look(signal) {
      const expected = (await workloads.list(signal)).filter(({ expected }) => expected);
      const silent = new Map(expected.filter(({ state }) => state === 'unknown').map((one) => [one.engine, one]));
      const engines = [...new Set(expected.map(({ engine }) => engine))].map((engine): Reading => {
        const one = silent.get(engine);
        return {
          fingerprint: `engine ${engine}`,
          well: `${engine} answers`,
          trouble: one && engineTrouble(one, expected.filter((each) => each.engine === engine).length),
        };
      });
      const readings = expected.map((one) => readingOf(one, workloads, excuse(one.name), signal));
      return [...engines, ...(await Promise.all(readings))];
    },
  };
}

async function readingOf(
  one: Workload,
  workloads: Workloads,
  excuse: ReturnType<Excuse>,
  signal: AbortSignal,
): Promise<Reading> {
  const { name, state, healthy } = one;
  const fingerprint = `workload ${name}`;
  if (state === 'unknown' || excuse === 'busy') return { fingerprint, well: '', trouble: 'unsure' };
  if (excuse === 'stopped' && state !== 'running')
    return { fingerprint, well: `${name} was stopped on purpose`, trouble: undefined };
  const fine = state === 'running' && healthy !== false;
  const well = healthy === true ? `${name} is healthy` : `${name} runs`;
  return { fingerprint, well, trouble: fine ? undefined : await troubleOf(one, workloads, signal) };
}

async function troubleOf(
  { name, state, detail, forMs, restarts }: Workload,
  workloads: Workloads,
  signal: AbortSignal,
) {
  const log = await workloads.logs(name, { lines: EVIDENCE_LINES }, signal).catch(() => '');
  const facts = [
    { label: 'State', value: detail === undefined ? state : `${state}, ${detail}`.slice(0, 400) },
    ...(forMs === undefined ? [] : [{ label: 'For', value: formatDuration(forMs) }]),
    ...(restarts === undefined || restarts === 0 ? [] : [{ label: 'Restarts', value: String(restarts) }]),
  ];
  const words = { running: 'unhealthy', stopped: 'stopped', failed: 'down', missing: 'missing', unknown: 'unknown' };
  const input = { target: name };
  return {
    tone: 'bad' as const,
    title: `${name} is ${words[state]}`,
    facts,
    ...(log === '' ? {} : { block: { label: `The last lines of ${name}`, text: log } }),
    buttons:
      state === 'missing'
        ? [{ label: 'Status', operation: 'status', input: {} }]
        : [
            state === 'stopped'
              ? { label: `Start ${name}`.slice(0, 40), operation: 'start', input }
              : { label: `Restart ${name}`.slice(0, 40), operation: 'restart', input },
            { label: 'Logs', operation: 'logs', input },
          ],
  };
}

function engineTrouble({ engine, detail }: Workload, workloads: number) {
  return {
    tone: 'bad' as const,
    title: `${engine} does not answer`,
    facts: [
      { label: 'Reason', value: (detail ?? 'no answer').slice(0, 400) },
      { label: 'Workloads', value: `${workloads} of which nothing is known` },
    ],
    buttons: [{ label: 'Status', operation: 'status', input: {} }],
  };
}
