import { parseArgs } from 'node:util';
import { Problem } from '#src/kit/problem.ts';
import type { Desk } from './approver/desk.ts';
import { openDesk } from './approver/desk.ts';
import { enrolPerson } from './approver/enrol.ts';
import { listPeople, removePerson, unlockPerson } from './approver/people.ts';

const USAGE = `Usage: nightguard approver [options]
       nightguard approver add <operator> <name>
       nightguard approver list
       nightguard approver remove|unlock <operator>

Makes this machine's agent an approver: it holds the seeds of people's authenticator apps, verifies the codes that they
type in the chat, and signs that they were there. The hub never has a seed. Choose a machine that runs nothing else, and
run this as the agent's user; the agent takes changes up at once.

add makes a seed for one person (a numeric Telegram id), shows it as a QR code for their authenticator app, and asks for
one code before it keeps it. Then it prints the line for the policy file of the nodes that ask for proof: stepup.
Five wrong codes in a row lock a person; unlock lets them try again.

The seeds are in keys/approver.nobackup.json of the state folder, mode 600. Keep them out of backups.

Options:
  --json     list as JSON
  --help     this text
`;

/** `nightguard approver`: whose authenticators this machine knows. */
export async function approver(argv: string[]): Promise<void> {
  const { help, json, words } = readWords(argv);
  if (help) return void process.stdout.write(USAGE);
  const [act = '', ...rest] = words;
  const work = workOf(act, rest, json);
  const desk = await openDesk(process.env);
  try {
    for (const line of await work(desk)) process.stdout.write(`${line}\n`);
  } finally {
    desk.journal.close();
  }
}

function workOf(act: string, rest: string[], json: boolean): (desk: Desk) => Promise<string[]> {
  const [id = '', ...name] = rest;
  switch (act) {
    case 'list':
      return (desk) => listPeople(desk, json);
    case 'add': {
      const person = { operator: operatorOf(id), name: nameOf(name.join(' ')) };
      return (desk) => enrolPerson(desk, person, process.stdin, process.stdout);
    }
    case 'remove':
    case 'unlock': {
      const operator = operatorOf(id);
      return (desk) => (act === 'remove' ? removePerson : unlockPerson)(desk, operator);
    }
    default:
      throw new Problem('usage', 'Say what to do: add, list, remove or unlock. See: nightguard approver --help');
  }
}

function operatorOf(word: string): number {
  if (/^[1-9]\d{0,15}$/.test(word)) return Number(word);
  throw new Problem('usage', `"${word}" is not a numeric Telegram id. Write: nightguard approver add 123456789 Ada`);
}

function nameOf(words: string): string {
  if (/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,39}$/u.test(words)) return words;
  throw new Problem('usage', 'Say whose it is, in up to 40 letters: nightguard approver add 123456789 Ada');
}

function readWords(argv: string[]): { help: boolean; json: boolean; words: string[] } {
  const options = { help: { type: 'boolean' }, json: { type: 'boolean' } } as const;
  try {
    const { values, positionals } = parseArgs({ args: argv, options, strict: true, allowPositionals: true });
    return { help: values.help === true, json: values.json === true, words: positionals };
  } catch (cause) {
    const words = cause instanceof Error ? cause.message.split('.', 1)[0] : 'not understood';
    throw new Problem('usage', `${words}. See: nightguard approver --help`, { cause });
  }
}
