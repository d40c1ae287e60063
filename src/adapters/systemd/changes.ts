import { Problem } from '#src/kit/problem.ts';
import { sanitise } from '#src/kit/text.ts';
import type { LogQuery } from '#src/operation/tools.ts';
import { startsAgain } from './describe.ts';
import type { Reading } from './reading.ts';
import type { SystemdSpec } from './spec.ts';
import type { Job, Systemctl } from './systemctl.ts';

const EVIDENCE_LINES = 20;

/** The unit to change. */
export interface Changed {
  name: string;
  unit: string;
  spec: SystemdSpec;
  systemctl: Systemctl;
  look(signal: AbortSignal): Promise<Reading>;
  logs(query: LogQuery, signal: AbortSignal): Promise<string>;
}

/** Starts a unit and waits for the job; one that runs is left alone. Throws Problem `cannot-start` with its last log lines. */
export async function startUnit(changed: Changed, signal: AbortSignal): Promise<Reading> {
  const before = await changed.look(signal);
  if (before.ActiveState === 'active' || before.ActiveState === 'reloading') return before;
  await prepare(changed, before, signal);
  // A plain start would wait until systemd itself starts it again, which may be long.
  return carryOut(startsAgain(before) ? 'restart' : 'start', changed, signal);
}

/** Restarts a unit and waits for the job; `force` ends the old instance at once. Throws Problem `cannot-start` with its last log lines. */
export async function restartUnit(changed: Changed, force: boolean, signal: AbortSignal): Promise<Reading> {
  const { unit, systemctl } = changed;
  const before = await changed.look(signal);
  await prepare(changed, before, signal);
  if (!force || !hasProcesses(before)) return carryOut('restart', changed, signal);
  // In this order: with a restart under way, systemd does not also start by itself what was killed.
  await systemctl.begin('restart', unit, signal);
  const now = await changed.look(signal);
  if (hasProcesses(now) && now.InvocationID === before.InvocationID) await systemctl.kill(unit, signal);
  // Waits for the restart that is under way, or is done at once.
  return carryOut('start', changed, signal);
}

/** Stops a unit and waits until it is gone; one that does not run is left alone. `force` does not wait for a graceful end. */
export async function stopUnit(changed: Changed, force: boolean, signal: AbortSignal): Promise<Reading> {
  const { name, unit, systemctl, spec } = changed;
  const before = await changed.look(signal);
  if (!hasProcesses(before) && !startsAgain(before)) return before;
  if (force) {
    // In this order: once it is to stop, systemd does not start again what was killed.
    await systemctl.begin('stop', unit, signal);
    await systemctl.kill(unit, signal);
  }
  const failure = await systemctl.run('stop', unit, spec.stopTimeout, signal);
  if (failure !== undefined) throw new Problem('cannot-stop', `${name} cannot be stopped: ${failure} Read its log.`);
  const after = await changed.look(signal);
  if (after.ActiveState !== 'failed') return after;
  // Many programs end a wished stop with a code or signal that counts as a failure.
  await systemctl.resetFailed(unit, signal);
  return changed.look(signal);
}

async function prepare({ name, unit, systemctl }: Changed, before: Reading, signal: AbortSignal): Promise<void> {
  if (before.LoadState === 'masked')
    throw new Problem('cannot-start', `${name} cannot start: ${unit} is masked. Unmask it: systemctl unmask ${unit}`);
  if (before.LoadState === 'not-found')
    throw new Problem(
      'cannot-start',
      `${name} cannot start: there is no unit ${unit} here. Install its file, then: systemctl daemon-reload`,
    );
  // Or else earlier attempts count, and the start limit refuses this one.
  await systemctl.resetFailed(unit, signal);
}

async function carryOut(job: Exclude<Job, 'stop'>, changed: Changed, signal: AbortSignal): Promise<Reading> {
  const { unit, spec, systemctl } = changed;
  const failure = await systemctl.run(job, unit, spec.stopTimeout + spec.startTimeout, signal);
  const after = await changed.look(signal);
  const unmet = after.ActiveState === 'inactive' && after.ConditionResult === 'no';
  if (failure === undefined && !unmet) return after;
  throw await cannotStart(changed, unmet ? 'a condition in its unit does not hold.' : (failure ?? ''), signal);
}

async function cannotStart({ name, logs }: Changed, why: string, signal: AbortSignal): Promise<Problem> {
  const evidence = sanitise(await logs({ lines: EVIDENCE_LINES }, signal));
  return new Problem('cannot-start', `${name} did not start: ${why} Read its log.`, evidence ? { evidence } : {});
}

function hasProcesses(seen: Reading): boolean {
  return !['inactive', 'failed'].includes(seen.ActiveState) && !startsAgain(seen);
}
