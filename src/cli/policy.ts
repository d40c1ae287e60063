import { parseArgs } from 'node:util';
import { Problem } from '#src/kit/problem.ts';
import { checkPolicy } from './policy/check.ts';
import { explainPolicy } from './policy/explain.ts';

const USAGE = `Usage: nightguard policy [options]
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

/** `nightguard policy`: looks at what this machine allows; it changes nothing, and neither does the chat. */
export async function policy(argv: string[]): Promise<void> {
  const { help, json, words } = readWords(argv);
  if (help) return void process.stdout.write(USAGE);
  const [act, ...rest] = words;
  const outcome = await answer(act, rest);
  process.stdout.write(json ? `${JSON.stringify(outcome.data)}\n` : `${outcome.lines.join('\n')}\n`);
  process.exitCode = outcome.exit;
}

async function answer(act: string | undefined, rest: string[]) {
  if (act === 'explain') return await explainPolicy(process.env, rest, Date.now());
  if (act === 'check' && rest.length <= 1) return await checkPolicy(process.env, rest[0]);
  throw new Problem('usage', 'Say what to do: explain or check. See: nightguard policy --help');
}

function readWords(argv: string[]): { help: boolean; json: boolean; words: string[] } {
  const options = { help: { type: 'boolean' }, json: { type: 'boolean' } } as const;
  try {
    const { values, positionals } = parseArgs({ args: argv, options, strict: true, allowPositionals: true });
    return { help: values.help === true, json: values.json === true, words: positionals };
  } catch (cause) {
    const words = cause instanceof Error ? cause.message.split('.', 1)[0] : 'not understood';
    throw new Problem('usage', `${words}. See: nightguard policy --help`, { cause });
  }
}
