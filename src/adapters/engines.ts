import { formatDuration } from '#src/kit/duration.ts';
import { sentenceOf } from '#src/kit/problem.ts';
import { isWorkloadName } from '#src/operation/params.ts';
import type { Engine, Workload, Workloads } from '#src/operation/tools.ts';
import type { Place } from './names.ts';
import { canonicalName, notNamed } from './names.ts';
import { orAborted } from './orAborted.ts';
import { describeUnseen } from './unseen.ts';

/** How long one engine may take to tell what it has before the others are told without it. */
const LIST_MS = 4000;

/** One engine with what the configuration declares on it; `discovers`: it also tells of workloads that nobody declared. */
export interface Member {
  engine: Engine;
  workloads: Workloads;
  declared: readonly string[];
  discovers: boolean;
}

/**
 * All engines of a node as one: declared workloads in the order of the configuration, then the found ones.
 * Each workload has exactly one name, so that policy, lanes and alerts know it by it: plain, or `engine/name` where two engines have the same.
 * Which names are taken twice is what the engines told last, so a name does not change its meaning when one of them falls silent.
 */
export function joinEngines(members: readonly Member[], order: readonly string[], listMs = LIST_MS): Workloads {
  const found = new Map<Engine, string[]>();

  return {
    async list(signal) {
      const each = await Promise.all(members.map((member) => look(member, signal)));
      const places = placesNow();
      return each
        .flat()
        .map((one) => renamed(one, places))
        .sort(byOrder);
    },
    get: (name, signal) => at(name, signal, (one, own) => one.get(own, signal)),
    start: (name, signal) => at(name, signal, (one, own) => one.start(own, signal)),
    stop: (name, options, signal) => at(name, signal, (one, own) => one.stop(own, options, signal)),
    restart: (name, options, signal) => at(name, signal, (one, own) => one.restart(own, options, signal)),
    settled: (name, signal) => at(name, signal, (one, own) => one.settled(own, signal)),
    async logs(name, query, signal) {
      const { member, own } = await find(name, signal);
      return member.workloads.logs(own, query, signal);
    },
    async inspect(name, signal) {
      const { member, own } = await find(name, signal);
      const inspection = await member.workloads.inspect(own, signal);
      return { ...inspection, workload: renamed(inspection.workload, placesNow()) };
    },
  };

  async function at(
    name: string,
    signal: AbortSignal,
    act: (workloads: Workloads, own: string) => Promise<Workload>,
  ): Promise<Workload> {
    const { member, own } = await find(name, signal);
    return renamed(await act(member.workloads, own), placesNow());
  }

  async function find(name: string, signal: AbortSignal): Promise<{ member: Member; own: string }> {
    signal.throwIfAborted();
    const unheard = members.filter(({ engine, discovers }) => discovers && !found.has(engine));
    await Promise.all(unheard.map((member) => look(member, signal)));
    const known = placeOf(name);
    if (known) return known;
    await Promise.all(members.filter(({ discovers }) => discovers).map((member) => look(member, signal)));
    const fresh = placeOf(name);
    if (fresh) return fresh;
    throw notNamed(name, placesNow());
  }

  function placeOf(name: string): { member: Member; own: string } | undefined {
    const places = placesNow();
    const place = places.find((one) => canonicalName(one, places) === name);
    const member = members.find(({ engine }) => engine === place?.engine);
    return place && member && { member, own: place.own };
  }

  function placesNow(): Place[] {
    return members.flatMap(({ engine, declared }) =>
      [...declared, ...(found.get(engine) ?? [])].map((own) => ({ engine, own })),
    );
  }

  async function look(member: Member, signal: AbortSignal): Promise<Workload[]> {
    const limit = AbortSignal.timeout(listMs);
    const either = AbortSignal.any([signal, limit]);
    try {
      const all = await orAborted(member.workloads.list(either), either);
      // What no command could name is not told either.
      const seen = all.filter(({ name, expected }) => expected || isWorkloadName(name));
      const others = seen.filter(({ expected }) => !expected).map(({ name }) => name);
      if (!seen.some(({ state }) => state === 'unknown')) found.set(member.engine, others);
      return seen;
    } catch (error) {
      signal.throwIfAborted();
      const silent = `${member.engine} did not answer within ${formatDuration(listMs)}`;
      const reason = limit.aborted ? silent : sentenceOf(error);
      const { engine } = member;
      return member.declared.map((name) => describeUnseen({ name, engine, expected: true }, 'unknown', reason));
    }
  }

  function byOrder(a: Workload, b: Workload): number {
    return rank(a) - rank(b);
  }

  function rank({ name, expected }: Workload): number {
    return expected ? order.indexOf(name.slice(name.indexOf('/') + 1)) : order.length;
  }
}

function renamed(workload: Workload, places: readonly Place[]): Workload {
  return { ...workload, name: canonicalName({ engine: workload.engine, own: workload.name }, places) };
}
