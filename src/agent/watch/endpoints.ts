import type { Endpoints, Probe } from '#src/operation/tools.ts';
import type { Watch } from './watch.ts';

/** Endpoints that do not answer at all; slow ones are for `health` to tell. */
export function watchEndpoints(endpoints: Endpoints): Watch {
  return {
    name: 'endpoint',
    look: async (signal) =>
      (await endpoints.probe(signal)).map((probe) => ({
        fingerprint: `endpoint ${probe.name}`,
        well: `endpoint ${probe.name} answers`,
        trouble: probe.latenciesMs.length > 0 || probe.failures === 0 ? undefined : troubleOf(probe),
      })),
  };
}

function troubleOf({ name, url, failures, reason }: Probe) {
  return {
    tone: 'bad' as const,
    title: `endpoint ${name} does not answer`,
    facts: [
      { label: 'Address', value: url.slice(0, 400) },
      { label: 'Reason', value: (reason ?? 'no answer').slice(0, 400) },
      { label: 'Probes', value: `${failures} of ${failures} failed` },
    ],
    buttons: [{ label: 'Health', operation: 'health', input: {} }],
  };
}
