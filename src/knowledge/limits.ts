import { formatBytes } from '#src/kit/bytes.ts';
import type { Fact } from '#src/operation/reply.ts';
import type { Inspection, Limits, Usage } from '#src/operation/tools.ts';

/** From how many starts by its engine a workload is worth a look. */
const RESTARTS = 3;
/** The most of its processes a workload should have: at the limit nothing more starts. */
const PIDS_PERCENT = 80;

/** What a workload uses against what it may use (row C3); `memoryPercent` is the most of its memory limit that it should use. */
export function limitFacts({ usage, limits }: Pick<Inspection, 'usage' | 'limits'>, memoryPercent: number): Fact[] {
  return [
    memoryFact(usage, limits, memoryPercent),
    ...reserveFacts(limits),
    cpuFact(usage, limits),
    pidsFact(usage, limits),
  ]
    .flat()
    .filter((fact) => fact !== undefined);
}

/** How often its engine started it again by itself; undefined where the engine does not count. */
export function restartsFact(restarts: number | undefined): Fact | undefined {
  if (restarts === undefined) return undefined;
  return {
    label: 'Restarts',
    value: restarts === 0 ? 'never' : restarts === 1 ? 'once' : `${restarts} times`,
    limit: `under ${RESTARTS} times by itself`,
    tone: restarts < RESTARTS ? 'ok' : 'warn',
  };
}

function memoryFact({ memoryBytes: used }: Usage, { memoryBytes: most }: Limits, percent: number): Fact | undefined {
  if (most === undefined) return used === undefined ? undefined : unlimited('Memory', formatBytes(used));
  if (used === undefined) return { label: 'Memory', value: `may use ${formatBytes(most)}` };
  const share = (used / most) * 100;
  return {
    label: 'Memory',
    value: `${formatBytes(used)} of ${formatBytes(most)}, ${Math.round(share)} %`,
    limit: `under ${percent} %`,
    tone: share < percent ? 'ok' : 'warn',
  };
}

function reserveFacts({ memoryBytes, reservedBytes, swapBytes }: Limits): Fact[] {
  const facts: Fact[] = [];
  if (reservedBytes !== undefined)
    facts.push({
      label: 'Reserved',
      value: formatBytes(reservedBytes),
      ...(memoryBytes === undefined ? {} : atMost(reservedBytes, memoryBytes)),
    });
  if (swapBytes !== undefined) facts.push({ label: 'Memory and swap', value: `may use ${formatBytes(swapBytes)}` });
  return facts;
}

// More than the limit is never given back, so the reservation means nothing.
function atMost(reserved: number, limit: number): Pick<Fact, 'limit' | 'tone'> {
  return { limit: `at most ${formatBytes(limit)}`, tone: reserved <= limit ? 'ok' : 'warn' };
}

function cpuFact({ cpuPercent }: Usage, { cpus }: Limits): Fact | undefined {
  const cores = cpus === undefined ? undefined : `${Number(cpus.toFixed(2))} ${cpus === 1 ? 'core' : 'cores'}`;
  if (cpuPercent === undefined) return cores === undefined ? undefined : { label: 'CPU', value: `may use ${cores}` };
  const used = `${Math.round(cpuPercent)} % of a core`;
  return cores === undefined ? unlimited('CPU', used) : { label: 'CPU', value: `${used}, may use ${cores}` };
}

function pidsFact({ pids: used }: Usage, { pids: most }: Limits): Fact | undefined {
  if (most === undefined) return used === undefined ? undefined : unlimited('Processes', String(used));
  if (used === undefined) return { label: 'Processes', value: `at most ${most}` };
  return {
    label: 'Processes',
    value: `${used} of ${most}`,
    limit: `under ${PIDS_PERCENT} %`,
    tone: used < (most * PIDS_PERCENT) / 100 ? 'ok' : 'warn',
  };
}

function unlimited(label: string, used: string): Fact {
  return { label, value: `${used}, no limit` };
}
