import { Problem } from '#src/kit/problem.ts';
import { parseTyped } from './typed.ts';

/** The switches that one subcommand knows, each with what it is for. */
export type Flags<Name extends string> = Record<Name, string>;

/** Switches that take one word of a few. */
type Choices = Record<string, { of: readonly string[]; what: string }>;

/** What one subcommand takes behind its name. */
interface Command<Name extends string, Of extends Choices> {
  name: string;
  about: string;
  flags: Flags<Name>;
  choices?: Of;
}

type Chosen<Of extends Choices> = { [Key in keyof Of]: Of[Key]['of'][number] | undefined };

/** Reads the switches of a subcommand; with `--help` prints its usage and answers undefined. Throws Problem `usage`. */
export function readFlags<Name extends string, Of extends Choices = Record<never, never>>(
  command: Command<Name, Of>,
  argv: string[],
): (Record<Name, boolean> & Chosen<Of>) | undefined {
  const names = Object.keys(command.flags) as Name[];
  const choices: Choices = command.choices ?? {};
  const options = {
    ...Object.fromEntries([...names, 'help'].map((name) => [name, { type: 'boolean' as const }])),
    ...Object.fromEntries(Object.keys(choices).map((name) => [name, { type: 'string' as const }])),
  };
  const typed = parseTyped(command.name, { args: argv, options, allowPositionals: false });
  const values: Record<string, unknown> = typed.values;
  if (values['help'] === true) {
    process.stdout.write(`${usage(command)}\n`);
    return undefined;
  }
  for (const [name, { of }] of Object.entries(choices)) checkChoice(name, of, values[name]);
  const switches = Object.fromEntries(names.map((name) => [name, values[name] === true]));
  const chosen = Object.fromEntries(Object.keys(choices).map((name) => [name, values[name]]));
  return { ...switches, ...chosen } as Record<Name, boolean> & Chosen<Of>;
}

function checkChoice(name: string, of: readonly string[], value: unknown): void {
  if (value === undefined || of.some((each) => each === value)) return;
  throw new Problem('usage', `--${name} takes ${of.join(' or ')}, not "${value}".`);
}

function usage({ name, about, flags, choices = {} }: Command<string, Choices>): string {
  const chosen = Object.entries(choices).map(([key, { of, what }]) => [`${key} ${of.join('|')}`, what] as const);
  const all = [...Object.entries(flags), ...chosen, ['help', 'this text'] as const];
  const width = Math.max(8, ...all.map(([flag]) => flag.length));
  const rows = all.map(([flag, what]) => `  --${flag.padEnd(width)} ${what}`);
  return [`Usage: nightguard ${name} [options]`, '', about, '', ...rows].join('\n');
}
