import { printOutcome } from './outcome.ts';
import { checkPolicy } from './policy/check.ts';
import { explainPolicy } from './policy/explain.ts';
import { readWords, usage } from './typed.ts';

const HELP = `Usage: nightguard policy [options]
       nightguard policy explain <operation> [target] <operator>
       nightguard policy check [file]

explain says which rule of this machine's policy decides whether the operator (a numeric Telegram id) may ask for
the operation, and what that rule asks for besides. It ends with 0 for yes and with 2 for no.

check reads a policy file (left out: the policy in effect here) as the agent does: its text, its owner and modes,
and then for rules that can never decide and operations that no rule allows. It ends with 0 when nothing is odd, with
2 when rules are odd, and with 1 when the agent would not take the file. Run it as the agent's user: what that user
could change is refused.

Options:
  --json     as JSON
  --help     this text
`;

const COMMAND = { name: 'policy', help: HELP, options: { json: { type: 'boolean' } } } as const;

/** `nightguard policy`: looks at what this machine allows; it changes nothing, and neither does the chat. */
export async function policy(argv: string[]): Promise<void> {
  const typed = readWords(COMMAND, argv);
  if (typed) printOutcome(await answer(typed.words), typed.values.json);
}

async function answer([act, ...rest]: string[]) {
  if (act === 'explain') return await explainPolicy(process.env, rest, Date.now());
  if (act === 'check' && rest.length <= 1) return await checkPolicy(process.env, rest[0]);
  throw usage('policy', 'Say what to do: explain or check');
}
