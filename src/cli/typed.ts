import type { ParseArgsConfig } from 'node:util';
import { parseArgs } from 'node:util';
import { Problem } from '#src/kit/problem.ts';

type Options = NonNullable<ParseArgsConfig['options']>;
type Parsed<Of extends Options> = ReturnType<
  typeof parseArgs<{ options: Of; strict: true; allowPositionals: boolean }>
>;

/** What stands behind the name of a command, parsed. Throws Problem `usage`. */
export function parseTyped<const Of extends Options>(
  name: string,
  typed: { args: string[]; options: Of; allowPositionals: boolean },
): Parsed<Of> {
  try {
    return parseArgs({ ...typed, strict: true });
  } catch (cause) {
    throw usage(name, (cause instanceof Error && cause.message.split('.', 1)[0]) || 'not understood', cause);
  }
}

/** The words and switches of a command that has subcommands; with `--help` prints its help and answers undefined. Throws Problem `usage`. */
export function readWords<const Of extends Options>(
  { name, help, options }: { name: string; help: string; options: Of },
  args: string[],
): { words: string[]; values: Parsed<Of>['values'] } | undefined {
  const all = { ...options, help: { type: 'boolean' } } as const;
  const { values, positionals: words } = parseTyped(name, { args, options: all, allowPositionals: true });
  if (!('help' in values)) return { words, values };
  process.stdout.write(help);
  return undefined;
}

/** A Problem about what stands behind the name of a command. */
export function usage(name: string, why: string, cause?: unknown): Problem {
  return new Problem('usage', `${why}. See: nightguard ${name} --help`, { cause });
}
