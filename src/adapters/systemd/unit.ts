import type { Inspection, LogQuery, Workload } from '#src/operation/tools.ts';
import { ask } from '../ask.ts';
import { createLane } from '../lane.ts';
import type { Log } from '../log.ts';
import { orAborted } from '../orAborted.ts';
import type { Sighting } from '../settle.ts';
import { settle } from '../settle.ts';
import { NOTHING } from '../unseen.ts';
import { restartUnit, startUnit, stopUnit } from './changes.ts';
import { describeUnit, startsAgain } from './describe.ts';
import { aboutUnit, limitsOf, usageOf } from './inspect.ts';
import type { Journal } from './journal.ts';
import type { Reading } from './reading.ts';
import type { SystemdSpec } from './spec.ts';
import type { Systemctl } from './systemctl.ts';

const HEALTH_MS = 2000;
const ALLOWANCE_MS = 60_000;

/** One workload, and what it shares with the others of its systemd; `now` in ms since the machine started. */
export interface UnitDeps {
  name: string;
  spec: SystemdSpec;
  systemctl: Systemctl;
  journal: Journal;
  log: Log;
  now: () => number;
}

/** One workload that is a unit of systemd. */
export interface Unit {
  name: string;
  unit: string;
  /** The workload of a reading that was just made; asks its health check. */
  describe(reading: Reading, signal: AbortSignal): Promise<Workload>;
  look(signal: AbortSignal): Promise<Workload>;
  inspect(signal: AbortSignal): Promise<Inspection>;
  start(signal: AbortSignal): Promise<Workload>;
  stop(force: boolean, signal: AbortSignal): Promise<Workload>;
  restart(force: boolean, signal: AbortSignal): Promise<Workload>;
  settled(signal: AbortSignal): Promise<Workload>;
  logs(query: LogQuery, signal: AbortSignal): Promise<string>;
}

/** Makes one workload from its spec. */
export function createUnit(deps: UnitDeps): Unit {
  const { name, spec, systemctl, journal, log, now } = deps;
  const unit = spec.unit ?? `${name}.service`;
  const lane = createLane();
  const logs = (query: LogQuery, signal: AbortSignal) => journal.read(unit, query, signal);
  const changed = { name, unit, spec, systemctl, logs, look: read };

  return {
    name,
    unit,
    describe,
    logs,
    look: async (signal) => (await moment(signal)).workload,
    start: (signal) => change('started', (limit) => startUnit(changed, limit), signal),
    stop: (force, signal) => change('stopped', (limit) => stopUnit(changed, force, limit), signal),
    restart: (force, signal) => change('restarted', (limit) => restartUnit(changed, force, limit), signal),
    settled: (signal) =>
      // systemd writes there when each instance started and stopped, so lines of an older one do not mislead.
      settle({ startTimeout: spec.startTimeout, look: sight, busy: lane.busy, logs, sinceMs: () => undefined }, signal),
    async inspect(signal) {
      const { reading, workload } = await moment(signal);
      const usage = workload.state === 'running' ? await usageOf(reading, read, signal) : NOTHING;
      return { workload, limits: limitsOf(reading), usage, about: aboutUnit(reading, spec) };
    },
  };

  async function read(signal: AbortSignal): Promise<Reading> {
    const [reading] = await systemctl.show([unit], signal);
    if (!reading) throw new Error('systemctl showed no unit');
    return reading;
  }

  async function moment(signal: AbortSignal): Promise<{ reading: Reading; workload: Workload }> {
    const reading = await read(signal);
    return { reading, workload: await describe(reading, signal) };
  }

  async function sight(signal: AbortSignal): Promise<Sighting> {
    const { reading, workload } = await moment(signal);
    const runs = workload.state === 'running';
    // One failure is forgiven where systemd starts it again: what it needs may just not have been there yet.
    const over = startsAgain(reading) ? (reading.NRestarts ?? 0) > 0 : !runs;
    return { workload, checked: spec.health !== undefined, up: runs && reading.ActiveState === 'active', over };
  }

  async function describe(reading: Reading, signal: AbortSignal): Promise<Workload> {
    const seen = { name, spec, reading, answer: undefined };
    const workload = describeUnit({ ...seen, now: now() });
    if (workload.state !== 'running' || spec.health === undefined) return workload;
    const answer = await ask(spec.health, HEALTH_MS, signal);
    return describeUnit({ ...seen, answer, now: now() });
  }

  // Once begun a change is carried through, since a unit between stop and start would stay down; only the waiting for it ends with `signal`.
  async function change(
    word: string,
    act: (limit: AbortSignal) => Promise<Reading>,
    signal: AbortSignal,
  ): Promise<Workload> {
    signal.throwIfAborted();
    const work = async () => {
      const reading = await act(AbortSignal.timeout(spec.startTimeout + spec.stopTimeout + ALLOWANCE_MS));
      const workload = describeUnit({ name, spec, reading, answer: undefined, now: now() });
      log.info({ workload: name, unit, state: workload.state }, `workload ${word}`);
      return workload;
    };
    return orAborted(lane.run(work, signal), signal);
  }
}
