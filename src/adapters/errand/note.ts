import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writePrivate } from '#src/kit/privateFile.ts';

const END = '.json';
const common = { v: z.literal(1), job: z.string(), step: z.string(), n: z.number().int(), program: z.string() };

/** What is written down of a command that a step hands over, so that the next life of the agent finds it. */
export const Note = z.discriminatedUnion('kind', [
  /** A unit of systemd: written before it can start. `endsBy` is when systemd ends it at the latest, in ms since 1970. */
  z.strictObject({ ...common, kind: z.literal('unit'), boot: z.string(), endsBy: z.number() }),
  /** A process group of ours: written when its leader has started. A pid is never 0 or 1: signalling those hits everybody. */
  z.strictObject({ ...common, kind: z.literal('group'), pid: z.number().int().min(2), identity: z.string() }),
]);
export type Note = z.infer<typeof Note>;

/** What a command is called by its job, its step, and its place among the commands of that step. Throws for what cannot be part of such a name. */
export function nameOf({ job, step, n }: Pick<Note, 'job' | 'step' | 'n'>): string {
  const name = `nightguard-${job}-${step}-${n}`;
  if (!/^[A-Za-z0-9_-]{1,200}$/.test(name)) throw new Error(`not a name for a command: ${name}`);
  return name;
}

/** The notes of one agent, each a file beside the output of its command. */
export interface Notes {
  /** The file of a command with this ending; nothing is made. */
  path(note: Pick<Note, 'job' | 'step' | 'n'>, end: string): string;
  write(note: Note): Promise<void>;
  /** All that can be understood, in the order of their numbers. */
  all(): Promise<Note[]>;
  /** Takes a note away with all that lies beside it. */
  drop(note: Pick<Note, 'job' | 'step' | 'n'>): Promise<void>;
}

/** Keeps notes in a folder of the agent's own (mode 700). */
export function createNotes(folder: string): Notes {
  const path: Notes['path'] = (note, end) => join(folder, `${nameOf(note)}${end}`);
  return {
    path,
    async write(note) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writePrivate(path(note, END), `${JSON.stringify(note)}\n`);
    },
    async all() {
      const names = await readdir(folder).catch(() => []);
      const notes = await Promise.all(
        names.filter((name) => name.endsWith(END)).map((name) => read(join(folder, name))),
      );
      return notes.filter((note) => note !== undefined).sort((a, b) => a.n - b.n);
    },
    async drop(note) {
      // The note last: as long as it is there, the rest is found again.
      for (const end of ['.out', '.err', END]) await rm(path(note, end), { force: true });
    },
  };
}

async function read(file: string): Promise<Note | undefined> {
  try {
    return Note.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}
