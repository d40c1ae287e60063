import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Notes } from './part.ts';
import { PartResult } from './part.ts';

const FOLDER = fileURLToPath(new URL('../../../.fault/', import.meta.url));

const Kept = z.strictObject({ share: z.number(), result: PartResult });
export type Kept = z.infer<typeof Kept>;

/** What the parts of a release run have come to so far, in files of `.fault/`, beside the program and not in `dist/`, which each build empties. */
export interface Store {
  /** The result of a part that was finished; undefined: it was not. */
  result(part: string): Kept | undefined;
  keep(part: string, kept: Kept): void;
  notes(part: string, name: string): Notes;
  /** Forgets a part, so that it begins anew. */
  forget(part: string): void;
}

/** Opens the store. */
export function openStore(): Store {
  mkdirSync(FOLDER, { recursive: true });
  return {
    result(part) {
      const text = read(join(FOLDER, `${part}.json`));
      return text === undefined ? undefined : Kept.parse(JSON.parse(text));
    },
    keep: (part, kept) => writeFileSync(join(FOLDER, `${part}.json`), `${JSON.stringify(kept, undefined, 1)}\n`),
    notes(part, name) {
      const file = join(FOLDER, `${part}.${name}.jsonl`);
      mkdirSync(FOLDER, { recursive: true });
      return {
        // The last line of a run that was killed may be half of one.
        read: () => (read(file) ?? '').split('\n').flatMap((line) => parsed(line)),
        add: (line) => appendFileSync(file, `${JSON.stringify(line)}\n`),
      };
    },
    forget(part) {
      for (const file of ['json', 'trials.jsonl']) rmSync(join(FOLDER, `${part}.${file}`), { force: true });
    },
  };
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function parsed(line: string): unknown[] {
  try {
    return line === '' ? [] : [JSON.parse(line)];
  } catch {
    return [];
  }
}
