import { Problem } from '#src/kit/problem.ts';
import type { Workload, Workloads } from '#src/operation/tools.ts';
import type { Command } from '../command.ts';
import type { Log } from '../log.ts';
import { unknownTarget } from '../unknownTarget.ts';
import { describeUnseen } from '../unseen.ts';
import { createJournal } from './journal.ts';
import type { SystemdSpec } from './spec.ts';
import type { Systemctl } from './systemctl.ts';
import { createSystemctl } from './systemctl.ts';
import type { Unit } from './unit.ts';
import { createUnit } from './unit.ts';

/** What the workloads under systemd need; `now` is in ms since the machine started, as systemd counts. */
export interface SystemdWorkloadsDeps {
  specs: Record<string, SystemdSpec>;
  command: Command;
  /** Runs what waits for a start, a stop or a restart; absent: `command` does. */
  errand?: Command;
  log: Log;
  now?: () => number;
}

/** The units of one systemd. */
interface Group {
  systemctl: Systemctl;
  units: Unit[];
}

/** Workloads that are units of systemd: the machine's, or those of the agent's own user. */
export function createSystemdWorkloads({
  specs,
  command,
  errand = command,
  log,
  now = sinceStart,
}: SystemdWorkloadsDeps): Workloads {
  const groups = [false, true].map((user) => createGroup(user));
  const units = groups.flatMap((group) => group.units);

  return {
    async list(signal) {
      signal.throwIfAborted();
      const shown = (await Promise.all(groups.map((group) => showAll(group, signal)))).flat();
      return Object.keys(specs).flatMap((name) => shown.find((workload) => workload.name === name) ?? []);
    },
    get: async (name, signal) => find(name).look(signal),
    inspect: async (name, signal) => find(name).inspect(signal),
    logs: async (name, query, signal) => find(name).logs(query, signal),
    start: async (name, signal) => find(name).start(signal),
    stop: async (name, { force }, signal) => find(name).stop(force, signal),
    restart: async (name, { force }, signal) => find(name).restart(force, signal),
    settled: async (name, signal) => find(name).settled(signal),
  };

  function createGroup(user: boolean): Group {
    const scope = { user, uid: process.getuid?.() };
    const shared = {
      systemctl: createSystemctl({ command, errand, scope }),
      journal: createJournal({ command, scope }),
      log,
      now,
    };
    const declared = Object.entries(specs).filter(([, spec]) => spec.user === user);
    return {
      systemctl: shared.systemctl,
      units: declared.map(([name, spec]) => createUnit({ ...shared, name, spec })),
    };
  }

  function find(name: string): Unit {
    const unit = units.find((one) => one.name === name);
    if (unit) return unit;
    throw unknownTarget(
      name,
      units.map((one) => one.name),
    );
  }
}

// All units of one systemd in one question.
async function showAll({ systemctl, units }: Group, signal: AbortSignal): Promise<Workload[]> {
  if (units.length === 0) return [];
  try {
    const readings = await systemctl.show(
      units.map(({ unit }) => unit),
      signal,
    );
    return await Promise.all(
      units.flatMap((unit, i) => {
        const reading = readings[i];
        return reading ? [unit.describe(reading, signal)] : [];
      }),
    );
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof Problem)) throw error;
    return units.map(({ name }) =>
      describeUnseen({ name, engine: 'systemd', expected: true }, 'unknown', error.message),
    );
  }
}

// The clock that systemd's own times are read from; it does not jump when the time of day is set.
function sinceStart(): number {
  return Number(process.hrtime.bigint() / 1000n) / 1000;
}
