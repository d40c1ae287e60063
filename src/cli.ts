import { Problem, sentenceOf } from '#src/kit/problem.ts';

/** One subcommand: its file is loaded only when it is asked for. */
interface Subcommand {
  summary: string;
  run: (argv: string[]) => Promise<void>;
}

const COMMANDS: Record<string, Subcommand> = {
  up: {
    summary: 'Hub, ledger and agent in one process, on this machine',
    run: async (argv) => (await import('./cli/up.ts')).up(argv),
  },
  hub: {
    summary: 'The hub alone: by webhook on a server that may sleep, or by polling',
    run: async (argv) => (await import('./cli/hub.ts')).hub(argv),
  },
  agent: {
    summary: 'The agent of this machine alone, for a hub elsewhere',
    run: async (argv) => (await import('./cli/agent.ts')).agent(argv),
  },
  sandbox: {
    summary: 'The local Telegram with its chat page, alone',
    run: async (argv) => (await import('./cli/sandbox.ts')).sandbox(argv),
  },
  keys: {
    summary: 'The public keys of this hub and node, for the configuration of others',
    run: async (argv) => (await import('./cli/keys.ts')).keys(argv),
  },
  doctor: {
    summary: 'Checks what Nightguard needs, and says how to mend it',
    run: async (argv) => (await import('./cli/doctor.ts')).doctor(argv),
  },
  policy: {
    summary: 'What this machine allows: which rule decides, and whether the file is in order',
    run: async (argv) => (await import('./cli/policy.ts')).policy(argv),
  },
  audit: {
    summary: 'Checks the record of who did what, and exports it',
    run: async (argv) => (await import('./cli/audit.ts')).audit(argv),
  },
  lockdown: {
    summary: 'Whether this node may change anything, and the end of a lockdown in person',
    run: async (argv) => (await import('./cli/lockdown.ts')).lockdown(argv),
  },
  approver: {
    summary: "Whose authenticators this machine's agent verifies: add, list, remove, unlock",
    run: async (argv) => (await import('./cli/approver.ts')).approver(argv),
  },
  share: {
    summary: 'The unseal keys that this node keeps for a Vault: add, list, remove',
    run: async (argv) => (await import('./cli/share.ts')).share(argv),
  },
  journal: {
    summary: 'What the journal of this machine knows about itself, and how it is mended',
    run: async (argv) => (await import('./cli/journal.ts')).journal(argv),
  },
  reference: {
    summary: 'The operations reference in Markdown',
    run: async (argv) => (await import('./cli/reference.ts')).reference(argv),
  },
  demo: {
    summary: 'The demo workload that "up" runs',
    run: async (argv) => (await import('./cli/demo.ts')).demo(argv),
  },
};

async function main([name, ...argv]: string[]): Promise<void> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') return print(overview());
  if (name === '--version') return print((await import('./cli/release.ts')).release());
  const command = COMMANDS[name];
  if (!command) throw new Problem('usage', `There is no "nightguard ${name}". See: nightguard --help`);
  await command.run(argv);
}

function overview(): string {
  const rows = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`);
  return [
    'Usage: nightguard <command> [options]',
    '',
    ...rows,
    '',
    'Each takes --help. Without TELEGRAM_BOT_TOKEN, "up" opens a sandbox chat in the browser.',
  ].join('\n');
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const bug = error instanceof Problem ? '' : `\n${error instanceof Error ? error.stack : ''}`;
  process.stderr.write(`nightguard: ${sentenceOf(error)}${bug}\n`);
  process.exitCode = 1;
});
