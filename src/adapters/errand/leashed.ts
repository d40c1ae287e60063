import type { Command } from '../command.ts';
import type { ProcessTable } from '../process/table.ts';
import { MARK } from '../process/table.ts';
import { terminate } from '../process/terminate.ts';
import type { Note, Notes } from './note.ts';

const GRACE_MS = 2000;
const IDENTIFY_MS = 5000;

/** Whom a command is run for: the job and its step, its place among the commands of the step, and the mark that its processes carry. */
export type Under = Pick<Note, 'job' | 'step' | 'n'> & { mark: string };

/** Commands whose processes are found again: by a mark in their environment, and by the note of their leader where the system does not show that. */
export function createLeashed(deps: {
  command: Command;
  notes: Notes;
  table: ProcessTable;
  next: () => Under | undefined;
}): Command {
  const { command, notes, table, next } = deps;
  return {
    async run(file, argv, options, signal) {
      const under = next();
      if (!under) return await command.run(file, argv, options, signal);
      const { mark, ...place } = under;
      let noting: Promise<void> | undefined;
      const source = options.source && { ...options.source, env: { ...options.source.env, [MARK]: mark } };
      const result = await command.run(
        file,
        argv,
        {
          ...options,
          ...(source ? { source } : {}),
          env: { ...options.env, [MARK]: mark },
          onStart(pid) {
            noting = note({ ...place, program: file }, pid);
            noting.catch(() => {});
            options.onStart?.(pid);
          },
        },
        signal,
      );
      await noting;
      await notes.drop(place);
      return result;
    },
  };

  async function note(place: Pick<Note, 'job' | 'step' | 'n' | 'program'>, pid: number): Promise<void> {
    const identity = await table.identify(pid, AbortSignal.timeout(IDENTIFY_MS));
    if (identity !== undefined) await notes.write({ v: 1, kind: 'group', ...place, pid, identity });
  }
}

type GroupNote = Extract<Note, { kind: 'group' }>;

/** Ends what is left of a job's processes, and answers of which notes something was left. Throws Problem `still-running`. */
export async function reap(
  { table, mark }: { table: ProcessTable; mark: string },
  notes: readonly Note[],
  signal: AbortSignal,
): Promise<Note[]> {
  const marked = await table.marked(mark, signal);
  const left: GroupNote[] = [];
  for (const note of notes) {
    if (note.kind !== 'group') continue;
    const lives = marked.some(({ group }) => group === note.pid);
    if (lives || (await table.identify(note.pid, signal)) === note.identity) left.push(note);
  }
  for (const leader of left) await terminate(table, { name: leader.program, mark, leader, graceMs: GRACE_MS }, signal);
  // What was begun and not noted yet, and whoever waited for a unit.
  await terminate(table, { name: 'What the job left over', mark, leader: undefined, graceMs: GRACE_MS }, signal);
  return left;
}
