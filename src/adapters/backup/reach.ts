import { join } from 'node:path';
import { z } from 'zod';
import { Problem, sentenceOf } from '#src/kit/problem.ts';
import type { PlaceTrouble } from '#src/operation/backupKnown.ts';
import { endOf } from '#src/operation/backupKnown.ts';
import { asDamage } from '../restic/failures.ts';
import type { Runner, RunOptions } from '../restic/runner.ts';
import type { Kept } from './kept.ts';
import { createKept } from './kept.ts';

/** More often than this is not counted. */
const TIMES = 2;

const Trouble = z.object({
  ...{ code: z.string(), because: z.string(), since: z.number(), times: z.number() },
  /** How much of the data a check has to read to find it again, in per cent. */
  readPercent: z.number().default(0),
});
type Trouble = z.infer<typeof Trouble>;

/** What is remembered of a destination: which repository was there, and what is wrong with it. */
const PlaceRecord = z.object({
  id: z.string().optional(),
  /** Of its file `config`, where it is a folder: while that is the same, the repository is. */
  digest: z.string().optional(),
  troubles: z.array(Trouble).default([]),
});

/** What a run did with a repository: looked at it, took its lock, saved to it or checked it. */
export interface Use {
  kind: 'read' | 'lock' | 'save' | 'check';
  readPercent?: number | undefined;
}

/** How each destination was last met, by whoever used it. */
export interface Reach {
  /** A destination was used; undefined: it went well. What an error says of something else is left out. */
  note(destination: string, use: Use, error: unknown): Promise<void>;
  /** What a look found, or found to be over. */
  tell(destination: string, code: string, because: string | undefined): Promise<void>;
  troubles(destination: string): Promise<PlaceTrouble[]>;
  /** When it was last used, or this began, in ms since 1970. */
  usedAt(destination: string): number;
  /** Which repository was there; undefined: nobody has looked yet. */
  identity(destination: string): Promise<Pick<z.infer<typeof PlaceRecord>, 'id' | 'digest'>>;
  identify(destination: string, is: { id: string; digest: string | undefined }): Promise<void>;
  /** Another repository than before is wanted there. */
  renew(destination: string): Promise<void>;
}

/** Keeps it on disk: what is broken is so for the next life too. */
export function createReach(state: string, now: () => number): Reach {
  const began = now();
  const used = new Map<string, number>();
  const kept: Kept<z.infer<typeof PlaceRecord>> = createKept(join(state, 'places'), (value) =>
    PlaceRecord.parse(PlaceRecord.safeParse(value).data ?? {}),
  );
  const drop = (destination: string, isOver: (trouble: Trouble) => boolean) =>
    kept.change(destination, (record) =>
      record.troubles.some(isOver)
        ? { ...record, troubles: record.troubles.filter((trouble) => !isOver(trouble)) }
        : record,
    );
  const add = (destination: string, { code, because, readPercent = 0 }: Found) =>
    kept.change(destination, (record) => {
      const before = record.troubles.find((trouble) => trouble.code === code);
      const times = Math.min(TIMES, (before?.times ?? 0) + 1);
      const next = { code, because, since: before?.since ?? now(), times };
      if (before && before.because === because && before.times === times) return record;
      const others = record.troubles.filter((trouble) => trouble !== before);
      return { ...record, troubles: [...others, { ...next, readPercent: before?.readPercent ?? readPercent }] };
    });
  return {
    async note(destination, use, error) {
      used.set(destination, now());
      if (error === undefined) return await drop(destination, (trouble) => isOver(trouble, use));
      if (!(error instanceof Problem) || endOf(error.code) === undefined) return;
      const readPercent = use.kind === 'check' ? (use.readPercent ?? 0) : 100;
      await add(destination, { code: error.code, because: sentenceOf(error), readPercent });
    },
    tell: (destination, code, because) =>
      because === undefined
        ? drop(destination, (trouble) => trouble.code === code)
        : add(destination, { code, because }),
    troubles: async (destination) => (await kept.of(destination)).troubles,
    usedAt: (destination) => used.get(destination) ?? began,
    identity: (destination) => kept.of(destination),
    identify: (destination, is) => kept.change(destination, (record) => ({ ...record, ...is })),
    renew: (destination) =>
      kept.change(destination, ({ troubles }) => ({ troubles: troubles.filter(({ code }) => endOf(code) !== 'look') })),
  };
}

type Found = Pick<Trouble, 'code' | 'because'> & Partial<Trouble>;

/** A run that goes well says only that what it did can be done: an open door does not mend what is broken inside. */
function isOver({ code, readPercent: found }: Trouble, { kind, readPercent = 0 }: Use): boolean {
  const end = endOf(code);
  if (end === 'lock') return kind !== 'read';
  // One that reads a part of the data does not find again what another part had.
  if (end === 'check') return kind === 'check' && (found === 0 || readPercent >= 100);
  return end === 'use' || end === kind;
}

/** A runner whose every run is noted. */
export function noteReach(runner: Runner, reach: Reach): Runner {
  const { where } = runner;
  return {
    ...runner,
    async run(argv, options, signal) {
      const use = useOf(argv, options);
      try {
        const ended = await runner.run(argv, options, signal);
        await reach.note(where, use, undefined);
        return ended;
      } catch (error) {
        if (!signal.aborted) await reach.note(where, use, use.kind === 'check' ? asDamage(error, where) : error);
        throw error;
      }
    },
  };
}

function useOf(argv: readonly string[], { unlocked = false }: RunOptions): Use {
  const [command] = argv;
  if (command === 'backup') return { kind: 'save' };
  if (command !== 'check') return { kind: unlocked ? 'read' : 'lock' };
  const share = argv.find((word) => word.startsWith('--read-data'));
  const [, percent = '100'] = /=(\d+(?:\.\d+)?)%$/.exec(share ?? '') ?? [];
  return { kind: 'check', readPercent: share === undefined ? 0 : Number(percent) };
}
