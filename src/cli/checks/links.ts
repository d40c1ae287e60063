import { pino } from 'pino';
import { z } from 'zod';
import { createToolbox } from '#src/agent/toolbox.ts';
import { Problem, sentenceOf } from '#src/kit/problem.ts';
import type { Check } from './check.ts';
import { ok, warn } from './check.ts';

const ASK_MS = 10_000;

/** The engines of the workloads that this node declares. */
export const enginesCheck: Check = async ({ config, settings, role }) => {
  const node = role === 'hub' ? undefined : config?.node;
  const declared = [...new Set(Object.values(node?.workloads ?? {}).map(({ engine }) => engine ?? 'process'))];
  const others = declared.filter((engine) => engine !== 'process');
  if (!node || others.length === 0) return ok('nothing but plain processes');
  const { tools } = createToolbox({
    ...{ config: node, state: settings.state, self: [], telegramUrl: settings.apiRoot },
    ledger: { ping: async () => {} },
    log: pino({ level: 'silent' }),
  });
  const workloads = await tools.workloads.list(AbortSignal.timeout(ASK_MS));
  const silent = workloads.filter(({ engine, state }) => engine !== 'process' && state === 'missing');
  const [first] = silent;
  if (!first) return ok(`${others.join(' and ')} answer`);
  if (first.detail !== undefined) throw new Problem('engine', `${first.engine}: ${first.detail}`);
  return warn(`${silent.map(({ name }) => name).join(', ')}: declared, and not there`);
};

/** The hub that this node rings. */
export const hubCheck: Check = async ({ config, role }) => {
  const url = config?.hub?.url;
  if (role !== 'agent') return ok('it is here');
  if (url === undefined) return ok('no hub.url: the hub never sleeps, nobody has to ring');
  const address = new URL('/health', url);
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(ASK_MS), redirect: 'error' });
    const { release, ledger } = Health.parse(await answer.json());
    return ledger === 'answers'
      ? ok(`${address.host}, release ${release}`)
      : warn(`${address.host} is up, but its ledger is away`);
  } catch (cause) {
    const why = cause instanceof z.ZodError ? 'something else answers there' : sentenceOf(cause);
    throw new Problem(
      'hub',
      `The hub at ${address.host} does not answer as one (${why}). Look at hub.url and at the hub's log.`,
      {
        cause,
      },
    );
  }
};

const Health = z.object({ release: z.string(), ledger: z.enum(['answers', 'away']) });
