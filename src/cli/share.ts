import { openShares } from '#src/agent/shares/open.ts';
import { Problem } from '#src/kit/problem.ts';
import { ownState } from './ownState.ts';
import type { Keyboard } from './share/read.ts';
import { readFileOnce, readHidden } from './share/read.ts';
import type { ShareDesk } from './share/shares.ts';
import { addShare, listShares, removeShare } from './share/shares.ts';
import { readWords, usage } from './typed.ts';

const HELP = `Usage: nightguard share add <vault> [--label <words>] [--file <path>]
       nightguard share list
       nightguard share remove <vault> [<fingerprint>]

Keeps one of a Vault's unseal keys on this node, sealed under the node's own keys, and where root has systemd-creds once
more to this machine (by its TPM, if it has one). When people open that Vault from the
chat, the agent gives it straight to Vault over TLS. The hub, the ledger, the chat and the logs never have it.
Run this as the agent's user; the agent takes changes up at once.

add asks for one share and does not show it; a pipe may bring it too. Never write a share behind a command: others on
this machine could read it there. A second share of the same Vault is refused, and so is one of a Vault that runs on
this machine, unless the configuration says mode: local.

The shares are in keys/shares.nobackup.json of the state folder, mode 600. Keep them out of backups.

Options:
  --label <words>   how people call it, such as "safe in Bern"
  --file <path>     a file (mode 600) that holds the share; it is overwritten and removed once the share is kept
  --json            list as JSON
  --help            this text
`;

const text = { type: 'string' } as const;
const COMMAND = {
  ...{ name: 'share', help: HELP },
  options: { json: { type: 'boolean' }, label: text, file: text },
} as const;

/** Where it is typed: the environment, the keyboard and the screen of this process, or others. */
export interface Terminal {
  env: NodeJS.ProcessEnv;
  keyboard: Keyboard;
  screen: { write(text: string): unknown };
}

const HERE: Terminal = { env: process.env, keyboard: process.stdin, screen: process.stdout };

/** `nightguard share`: the unseal keys that this node keeps for others' Vaults. */
export async function share(argv: string[], terminal: Terminal = HERE): Promise<void> {
  const typed = readWords(COMMAND, argv);
  if (!typed) return;
  const work = workOf(typed.words, typed.values, terminal);
  const { node, state, keys } = await ownState(terminal.env, 'share');
  const store = openShares(state, keys);
  for (const line of await work({ node, store, now: () => Date.now() })) terminal.screen.write(`${line}\n`);
}

interface Options {
  label?: string | undefined;
  file?: string | undefined;
  json?: boolean | undefined;
}

function workOf(
  [act, vault, ...more]: string[],
  { label, file, json }: Options,
  { keyboard, screen }: Terminal,
): (desk: ShareDesk) => Promise<string[]> {
  const [which, ...rest] = more;
  if (rest.length > 0 || (which !== undefined && act !== 'remove'))
    throw usage('share', 'That is a word too many. A share is never written behind the command');
  if (act === 'list' && vault === undefined) return (desk) => listShares(desk, json === true);
  if (act === 'add' && vault !== undefined) {
    const prompt = `One unseal key of ${vault}, as Vault printed it (it is not shown): `;
    const text = () => (file === undefined ? readHidden(prompt, keyboard, screen) : readFileOnce(file));
    return (desk) => addShare(desk, { vault, label: labelOf(label), file, text });
  }
  if (act === 'remove' && vault !== undefined) return (desk) => removeShare(desk, vault, which);
  throw usage('share', 'Say what to do: add <vault>, list, or remove <vault>');
}

function labelOf(words: string | undefined): string | undefined {
  if (words === undefined || /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,39}$/u.test(words)) return words;
  throw new Problem('usage', 'A label has up to 40 letters, digits and spaces: --label "safe in Bern"');
}
