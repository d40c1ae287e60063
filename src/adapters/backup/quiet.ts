import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writePrivate } from '#src/kit/privateFile.ts';
import { Problem, sentenceOf } from '#src/kit/problem.ts';
import type { Woken } from '#src/operation/restores.ts';
import type { Workloads } from '#src/operation/tools.ts';
import type { Lane } from '../lane.ts';
import { createLane } from '../lane.ts';
import { notBack, pause, resume, runningOf } from '../restore/users.ts';

/** How long workloads may take to come back, in ms; nobody can cancel that. */
const RESUME_MS = 10 * 60_000;

const Asleep = z.strictObject({ v: z.literal(1), stopped: z.array(z.string()).min(1) });

/** Keeps workloads still while their files are read. Which ones it stopped is on disk before it does, so that another life can start them. */
export interface Quiet {
  /** Stops those of `names` that run, does `act`, and starts them again whatever comes of it. */
  during<T>(
    of: { set: string; names: readonly string[] },
    act: (stopped: readonly string[]) => Promise<T>,
    signal: AbortSignal,
  ): Promise<{ value: T; woken: Woken | undefined }>;
  wake(set: string, signal: AbortSignal): Promise<Woken | undefined>;
  asleep(): Promise<string[]>;
}

/** Keeps its records in a folder, one file for each set. */
export function createQuiet(folder: string, workloads: Workloads): Quiet {
  const lanes = new Map<string, Lane>();
  const at = (set: string) => join(folder, `${set}.json`);
  return {
    during: ({ set, names }, act, signal) =>
      alone(set, signal, async () => {
        const stopped = await runningOf(workloads, names, signal);
        if (stopped.length === 0) return { value: await act([]), woken: undefined };
        await note(set, stopped).catch((cause) => Promise.reject(notNoted(stopped, cause)));
        try {
          await pause(workloads, stopped, signal);
          const value = await act(stopped);
          return { value, woken: await start(set, stopped) };
        } catch (error) {
          const [sick] = (await start(set, stopped)).unwell;
          throw sick ? notBack(error, sick) : error;
        }
      }),
    wake: (set, signal) =>
      alone(set, signal, async () => {
        const text = await readFile(at(set), 'utf8').catch(unlessGone);
        return text === undefined ? undefined : await start(set, Asleep.parse(JSON.parse(text)).stopped);
      }),
    async asleep() {
      const names = (await readdir(folder).catch(unlessGone)) ?? [];
      return names.flatMap((name) => (name.endsWith('.json') ? name.slice(0, -'.json'.length) : []));
    },
  };

  async function note(set: string, stopped: readonly string[]): Promise<void> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writePrivate(at(set), `${JSON.stringify({ v: 1, stopped })}\n`);
  }

  /** What does not come back stays on record, for the next life to try again. */
  async function start(set: string, stopped: readonly string[]): Promise<Woken> {
    const woken = await resume(workloads, stopped, AbortSignal.timeout(RESUME_MS));
    if (woken.unwell.length === 0) await rm(at(set), { force: true });
    return woken;
  }

  async function alone<T>(set: string, signal: AbortSignal, task: () => Promise<T>): Promise<T> {
    const lane = lanes.get(set) ?? createLane();
    lanes.set(set, lane);
    return await lane.run(task, signal);
  }
}

function notNoted(stopped: readonly string[], cause: unknown): Problem {
  const words = `${stopped.join(', ')} was not stopped, since that cannot be noted here (${sentenceOf(cause)}), and the files were not saved. Make room, then ask again.`;
  return new Problem('backup', words, { cause });
}

function unlessGone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
