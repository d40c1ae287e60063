import { z } from 'zod';
import type { Endpoints, Probe } from '#src/operation/tools.ts';
import type { Answer } from './ask.ts';
import { ask } from './ask.ts';
import { durationText } from './durationText.ts';

/** One endpoint in the node's configuration; without `expect`, any status from 200 to 399 will do. */
export const EndpointSpec = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, error: 'write a full http:// or https:// address' })
    .refine(hasNoPassword, 'an address that is shown in the chat carries no user name or password'),
  expect: z.number().int().min(100).max(599).optional(),
  timeout: durationText('2s', '1m'),
});
export type EndpointSpec = z.infer<typeof EndpointSpec>;

const AT_ONCE = 2;

/** Measures the declared endpoints with `probes` requests each, at most two in flight per endpoint. */
export function createEndpoints({
  specs,
  probes = 5,
}: {
  specs: Record<string, EndpointSpec>;
  probes?: number;
}): Endpoints {
  return {
    probe: (signal) => Promise.all(Object.entries(specs).map(([name, spec]) => probeOne(name, spec, probes, signal))),
  };
}

async function probeOne(name: string, spec: EndpointSpec, probes: number, signal: AbortSignal): Promise<Probe> {
  const probe: Probe = { name, url: shown(spec.url), latenciesMs: [], failures: 0, reason: undefined };
  let left = probes;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      count(probe, spec, await ask(spec.url, spec.timeout, signal));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return probe;
}

function count(probe: Probe, spec: EndpointSpec, answer: Answer): void {
  const wrong = whatIsWrong(spec, answer);
  if (wrong === undefined) {
    probe.latenciesMs.push(answer.tookMs);
    return;
  }
  probe.failures += 1;
  probe.reason ??= wrong;
}

function whatIsWrong({ expect }: EndpointSpec, answer: Answer): string | undefined {
  if (!answer.answered) return answer.reason;
  const { status } = answer;
  if (expect === undefined) return status >= 200 && status < 400 ? undefined : `answered ${status}`;
  return status === expect ? undefined : `answered ${status}, not ${expect}`;
}

// Tokens hide in queries; what is asked and what is shown differ there.
function shown(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

function hasNoPassword(url: string): boolean {
  if (!URL.canParse(url)) return true;
  const { username, password } = new URL(url);
  return username === '' && password === '';
}
