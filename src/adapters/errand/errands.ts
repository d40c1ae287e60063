import { AsyncLocalStorage } from 'node:async_hooks';
import { resolve } from 'node:path';
import type { Finding } from '#src/operation/finding.ts';
import type { Command } from '../command.ts';
import type { Log } from '../log.ts';
import { systemTable } from '../process/systemTable.ts';
import type { ProcessTable } from '../process/table.ts';
import { createLasting, findUnit } from './lasting.ts';
import type { Under } from './leashed.ts';
import { createLeashed, reap } from './leashed.ts';
import { createManager } from './manager.ts';
import type { Note } from './note.ts';
import { createNotes, nameOf } from './note.ts';

/** Programs that a step of a job hands over, and what became of them when the agent died over it. */
export interface Errands {
  /** Runs a step's work; the commands it runs meanwhile, however deep below, are called by this job and step. */
  during<R>(job: string, step: string, act: () => Promise<R>): Promise<R>;
  /**
   * Where this agent may use systemd, a program is a unit of its own and survives the agent; elsewhere it is `leashed`.
   * A unit shows its words and its environment to every user, so no secret is among them: a program that needs one gets the name of a file.
   */
  lasting: Command;
  /** A program that is ended before anybody looks at what an interrupted job did. For what must not go on unseen, or is spoken with while it runs. */
  leashed: Command;
  /** After an interruption: ends what is left of a job, waits for its units, and tells what the commands of this step came to, in their order. Throws Problem `still-running` for what cannot be ended. */
  settle(job: string, step: string, signal: AbortSignal): Promise<Finding[]>;
  /** Forgets the commands of a job that has ended; what is still at work stays as it is. */
  forget(job: string, signal: AbortSignal): Promise<void>;
  /** Forgets those of all jobs that are not open. */
  tidy(isOpen: (job: string) => boolean, signal: AbortSignal): Promise<void>;
}

/** What errands are run with; `folder` is this agent's alone, and its name tells its processes from those of other agents. */
export interface ErrandsDeps {
  command: Command;
  folder: string;
  log: Log;
  manager?: ReturnType<typeof createManager>;
  table?: ProcessTable;
  now?: () => number;
}

/** The errands of one agent. */
export function createErrands(deps: ErrandsDeps): Errands {
  const { command, log, manager = createManager({ command }), table = systemTable(), now = Date.now } = deps;
  const folder = resolve(deps.folder);
  const notes = createNotes(folder);
  const under = new AsyncLocalStorage<Under & { given: number }>();
  const markOf = (job: string) => `errand ${job} ${folder}`;
  const next = (): Under | undefined => {
    const store = under.getStore();
    if (!store) return undefined;
    store.given += 1;
    return { job: store.job, step: store.step, n: store.given, mark: store.mark };
  };
  const shared = { command, notes, table, manager, next, now };
  const leashed = createLeashed(shared);
  const lasting = createLasting({ ...shared, leashed });

  return {
    lasting,
    leashed,
    during: (job, step, act) => under.run({ job, step, n: 0, given: 0, mark: markOf(job) }, act),
    async settle(job, step, signal) {
      const mine = (await notes.all()).filter((note) => note.job === job);
      const mark = markOf(job);
      const stopped = await reap({ table, mark }, mine, signal);
      const findings: Finding[] = [];
      for (const note of mine.filter((each) => each.step === step)) {
        if (note.kind === 'unit') findings.push(await findUnit({ manager, now, mark }, note, signal));
        else findings.push({ program: note.program, state: stopped.includes(note) ? 'stopped' : 'gone' });
      }
      log.info({ job, step, findings }, 'what was handed over is settled');
      return findings;
    },
    async forget(job, signal) {
      for (const note of await notes.all()) if (note.job === job) await drop(note, signal);
    },
    async tidy(isOpen, signal) {
      for (const note of await notes.all()) if (!isOpen(note.job)) await drop(note, signal);
    },
  };

  async function drop(note: Note, signal: AbortSignal): Promise<void> {
    if (note.kind === 'unit' && (await manager.isThere(signal))) {
      const name = nameOf(note);
      const { state } = await manager.look(name, signal);
      if (state === 'running') return;
      if (state !== 'absent') await manager.forget(name, signal);
    }
    await notes.drop(note);
  }
}
