import { Problem } from '#src/kit/problem.ts';
import type { Desk } from './approver/desk.ts';
import { openDesk } from './approver/desk.ts';
import { enrolPerson } from './approver/enrol.ts';
import { listPeople, removePerson, unlockPerson } from './approver/people.ts';
import { readWords, usage } from './typed.ts';

const HELP = `Usage: nightguard approver [options]
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

const COMMAND = { name: 'approver', help: HELP, options: { json: { type: 'boolean' } } } as const;

/** `nightguard approver`: whose authenticators this machine knows. */
export async function approver(argv: string[]): Promise<void> {
  const typed = readWords(COMMAND, argv);
  if (!typed) return;
  const work = workOf(typed.words, typed.values.json === true);
  const desk = await openDesk(process.env);
  try {
    for (const line of await work(desk)) process.stdout.write(`${line}\n`);
  } finally {
    desk.journal.close();
  }
}

function workOf([act, id = '', ...name]: string[], json: boolean): (desk: Desk) => Promise<string[]> {
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
      throw usage('approver', 'Say what to do: add, list, remove or unlock');
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
