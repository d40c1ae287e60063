import { writePage } from './page.ts';
import type { PartOptions, PartResult } from './part.ts';
import { PARTS } from './parts.ts';
import type { Store } from './store.ts';
import { openStore } from './store.ts';

/** What a release run is asked for. */
export interface ReleaseOptions extends Omit<PartOptions, 'notes'> {
  /** The parts that are run; none: all that are not finished yet. */
  parts: readonly string[];
  /** Begins the parts anew. */
  fresh: boolean;
  /** Writes docs/figures.md. */
  page: boolean;
}

/** Runs the parts of a release run one after the other and prints what each came to; answers with how many things were wrong. */
export async function runRelease(options: ReleaseOptions): Promise<number> {
  const { parts, signal, page } = options;
  const store = openStore();
  const names = Object.keys(PARTS);
  const unknown = parts.filter((part) => !names.includes(part));
  if (unknown.length > 0) throw new Error(`--part ${unknown}: write some of ${names}`);
  let wrong = 0;
  for (const name of parts.length > 0 ? parts : names) {
    if (signal.aborted) break;
    const result = await finished(store, name, options);
    if (!result) process.stdout.write(`${name}: broken off; run it again to go on\n`);
    wrong += result?.wrong.length ?? 0;
    if (result) process.stdout.write(`${linesOf(name, result).join('\n')}\n`);
  }
  if (page) await writePage(names.map((name) => [name, store.result(name)]));
  return wrong;
}

/** The result of a part: the one it has, or that of running what is left of it; undefined when it was broken off. */
async function finished(store: Store, name: string, options: ReleaseOptions): Promise<PartResult | undefined> {
  const { seed, share, fresh } = options;
  const known = store.result(name);
  const isDone = known?.share === share && known.result.seed === seed;
  if (isDone && !fresh) return known.result;
  // What is left of another share or seed would be counted into this one.
  if (known || fresh) store.forget(name);
  const began = performance.now();
  const made = await PARTS[name]?.({ ...options, notes: (what) => store.notes(name, what) });
  if (!made) return undefined;
  const result = { ...made, seed, seconds: Math.round((performance.now() - began) / 1000) };
  store.keep(name, { share, result });
  return result;
}

function linesOf(name: string, { figures, wrong, seconds }: PartResult): string[] {
  return [
    `\n${name}: ${seconds} s`,
    ...figures.map(({ what, tried, of, wrong: bad, beside }) => `  ${what}: ${tried} ${of}, ${bad} wrong; ${beside}`),
    ...wrong.slice(0, 20).map((each) => `  WRONG ${each}`),
  ];
}
