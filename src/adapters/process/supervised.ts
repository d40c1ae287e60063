import { Problem, sentenceOf } from '#src/kit/problem.ts';
import { createLane } from '../lane.ts';
import type { Log } from '../log.ts';
import { findRunning } from './findRunning.ts';
import type { Ending } from './launch.ts';
import type { Life } from './life.ts';
import { describeEnding } from './life.ts';
import type { ProcessLog } from './logs.ts';
import type { ProcessRecord } from './record.ts';
import { readRecord, writeRecord } from './record.ts';
import type { Start } from './startNew.ts';
import { startNew } from './startNew.ts';
import { readStopMark, setStopMark } from './stopMark.ts';
import { terminate } from './terminate.ts';

/** What is needed to keep one workload alive: how it starts, and where its record, its stop mark and its log are. */
export interface SupervisedDeps extends Start {
  recordPath: string;
  stopPath: string;
  output: ProcessLog;
  log: Log;
}

/** One workload's life. Starts and stops happen one at a time; once begun they are finished, so that no cancel leaves it half-way. */
export interface Supervised {
  /** What is known now, after a look at a process that is not our child. */
  life(signal: AbortSignal): Promise<Life>;
  /** Whether a start or stop is under way. */
  busy(): boolean;
  /** Nothing when it runs; takes over what an earlier agent left running; leaves alone what somebody stopped; otherwise a new process. */
  open(): Promise<void>;
  /** Nothing when it runs; otherwise a new process, also of one that somebody stopped. */
  start(signal: AbortSignal): Promise<Life>;
  /** Nothing when it does not run. It stays stopped, also for the next agent. */
  stop(force: boolean, signal: AbortSignal): Promise<Life>;
  restart(force: boolean, signal: AbortSignal): Promise<Life>;
  /** Stops it for good: what comes later is refused. */
  close(): Promise<void>;
}

const STOPPED = 'by request';

/** Takes charge of one workload; nothing is started yet. */
export function createSupervised(deps: SupervisedDeps): Supervised {
  const { name, spec, mark, table, log, now } = deps;
  const lane = createLane();
  let life: Life = { state: 'stopped', last: undefined, since: undefined, detail: undefined };
  let closed = false;

  return {
    life: refresh,
    busy: lane.busy,
    open: () => lane.run(() => adoptOrBegin(own()), own()),
    start: (signal) => lane.run(() => beginAgain(own()), signal),
    stop: (force, signal) => lane.run(() => end(grace(force), own()), signal),
    restart: (force, signal) => lane.run(() => replace(grace(force), own()), signal),
    close() {
      closed = true;
      return lane.run(() => halt(spec.stopTimeout, own()), own());
    },
  };

  // Bounded, but not by who asked: see Supervised.
  function own(): AbortSignal {
    return AbortSignal.timeout(2 * spec.stopTimeout + 60_000);
  }

  function grace(force: boolean): number {
    return force ? 0 : spec.stopTimeout;
  }

  async function refresh(signal: AbortSignal): Promise<Life> {
    const seen = life;
    if (seen.state !== 'running' || !seen.adopted) return life;
    const same = (await table.identify(seen.last.pid, signal)) === seen.last.identity;
    if (!same && life === seen)
      fail(seen.last, 'it ended; an earlier agent had started it, so its exit code is not known');
    return life;
  }

  async function adoptOrBegin(signal: AbortSignal): Promise<void> {
    if (closed || (await refresh(signal)).state === 'running') return;
    const found = await findRunning(deps, signal);
    if (found) {
      life = { state: 'running', last: found, adopted: true };
      await remember(found);
      await markStopped(false);
      log.info({ workload: name, pid: found.pid }, 'workload still runs, taken over');
      return;
    }
    const since = await readStopMark(deps.stopPath);
    if (since === undefined) await begin(signal);
    else life = { state: 'stopped', last: await readRecord(deps.recordPath), since, detail: STOPPED };
  }

  async function beginAgain(signal: AbortSignal): Promise<Life> {
    refuseWhenClosed('started');
    const before = await refresh(signal);
    return before.state === 'running' ? before : begin(signal);
  }

  async function replace(graceMs: number, signal: AbortSignal): Promise<Life> {
    refuseWhenClosed('restarted');
    await halt(graceMs, signal);
    return begin(signal);
  }

  async function end(graceMs: number, signal: AbortSignal): Promise<Life> {
    refuseWhenClosed('stopped');
    await markStopped(true);
    const before = await refresh(signal);
    if (before.state !== 'running') return before;
    try {
      await halt(graceMs, signal);
    } catch (error) {
      await markStopped(false);
      throw error;
    }
    life = { state: 'stopped', last: before.last, since: now(), detail: STOPPED };
    return life;
  }

  async function begin(signal: AbortSignal): Promise<Life> {
    try {
      await markStopped(false);
      // What a crashed process left behind would hold its port.
      await terminate(table, { name, mark, leader: undefined, graceMs: spec.stopTimeout }, signal);
      await deps.output.keep(signal).catch((error: unknown) => warn(error, 'log not kept'));
      const { record, ended } = await startNew(deps, signal);
      life = { state: 'running', last: record, adopted: false };
      void ended.then((ending) => onEnd(record, ending));
      await remember(record);
      log.info({ workload: name, pid: record.pid, port: record.port }, 'workload started');
      return life;
    } catch (error) {
      life = { state: 'failed', last: life.last, since: now(), detail: sentenceOf(error) };
      throw error;
    }
  }

  async function halt(graceMs: number, signal: AbortSignal): Promise<void> {
    const before = await refresh(signal);
    life = { state: 'stopped', last: before.last, since: now(), detail: 'stopping' };
    try {
      await terminate(table, { name, mark, leader: before.last, graceMs }, signal);
    } catch (error) {
      life = before.state === 'running' ? { ...before, adopted: true } : before;
      throw error;
    }
    life = { state: 'stopped', last: before.last, since: now(), detail: undefined };
    if (before.state === 'running') log.info({ workload: name, pid: before.last.pid }, 'workload stopped');
  }

  // A full disk must not keep a workload from running.
  async function remember(record: ProcessRecord): Promise<void> {
    await writeRecord(deps.recordPath, record).catch((error: unknown) => warn(error, 'record not written'));
  }

  async function markStopped(stopped: boolean): Promise<void> {
    await setStopMark(deps.stopPath, stopped).catch((error: unknown) => warn(error, 'stop mark not set'));
  }

  function refuseWhenClosed(what: string): void {
    if (closed) throw new Problem('closing', `${name} was not ${what}: this agent is stopping. Try again in a moment.`);
  }

  function onEnd(record: ProcessRecord, ending: Ending): void {
    if (life.state === 'running' && life.last === record) fail(record, describeEnding(ending));
  }

  function fail(last: ProcessRecord, detail: string): void {
    life = { state: 'failed', last, since: now(), detail };
    log.warn({ workload: name, pid: last.pid, detail }, 'workload failed');
  }

  function warn(error: unknown, message: string): void {
    log.warn({ workload: name, reason: sentenceOf(error) }, message);
  }
}
