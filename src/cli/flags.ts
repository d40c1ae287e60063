import { parseArgs } from 'node:util';
import { Problem } from '#src/kit/problem.ts';

/** The switches that one subcommand knows, each with what it is for. */
export type Flags<Name extends string> = Record<Name, string>;

/** Reads the switches of a subcommand; with `--help` prints its usage and answers undefined. Throws Problem `usage`. */
export function readFlags<Name extends string>(
  command: { name: string; about: string; flags: Flags<Name> },
  argv: string[],
): Record<Name, boolean> | undefined {
  const names = Object.keys(command.flags) as Name[];
  const options = Object.fromEntries([...names, 'help'].map((name) => [name, { type: 'boolean' as const }]));
  let values: Record<string, unknown>;
  try {
    ({ values } = parseArgs({ args: argv, options, strict: true, allowPositionals: false }));
  } catch (cause) {
    const words = cause instanceof Error ? cause.message.split('.', 1)[0] : 'not understood';
    throw new Problem('usage', `${words}. See: nightguard ${command.name} --help`, { cause });
  }
  if (values['help'] === true) {
    process.stdout.write(`${usage(command)}\n`);
    return undefined;
  }
  return Object.fromEntries(names.map((name) => [name, values[name] === true])) as Record<Name, boolean>;
}

function usage({ name, about, flags }: { name: string; about: string; flags: Flags<string> }): string {
  const rows = Object.entries({ ...flags, help: 'this text' }).map(([flag, what]) => `  --${flag.padEnd(8)} ${what}`);
  return [`Usage: nightguard ${name} [options]`, '', about, '', ...rows].join('\n');
}
