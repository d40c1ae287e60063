import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ownUser, withGuarded } from '#src/agent/policy/guard.ts';
import { Problem } from '#src/kit/problem.ts';
import type { Welcome } from '#src/wire/join.ts';
import type { PublicKey } from '#src/wire/keys.ts';
import { joinedFiles } from './joined.ts';

/** What a machine that was let in writes down. */
export interface JoinFiles {
  config: string;
  state: string;
  hub: { key: PublicKey; url: string };
  welcome: Welcome;
  /** Operations that only read. */
  reads: readonly string[];
}

/** Writes ledger address, policy and, last of all, the configuration, each mode 600 and in one step. Answers with the file in which a person opens more. */
export async function writeJoined({ config, state, hub, welcome, reads }: JoinFiles): Promise<string> {
  const files = joinedFiles(state);
  await put(files.url, `${welcome.ledger.url}\n`);
  if (welcome.ledger.ca !== undefined) await put(files.ca, welcome.ledger.ca);
  else await rm(files.ca, { force: true });
  const rule = `  - operations: [${reads.join(', ')}]\n`;
  const policy = await policyFile(state, rule);
  const node = nodeText(welcome, policy === undefined ? `  policy:\n  ${rule}` : `  policyFile: ${quoted(policy)}\n`);
  await mkdir(dirname(config), { recursive: true, mode: 0o700 });
  await put(config, `${HEAD}hub:\n  key: ${hub.key}\n  url: ${quoted(hub.url)}\n${node}`);
  return policy ?? config;
}

const HEAD = `# Nightguard: what this machine is. Written when it joined; it is yours from now on.
# Every key is explained in docs/configuration.md.

# Whose orders it takes.
`;
const POLICY = `# What this machine accepts, whatever the hub says. What no rule allows is refused. It is read again when it changes.
# See docs/configuration.md, and: nightguard policy explain <operation> [target] <operator>
rules:
`;

function nodeText({ name, environment, siblings }: Welcome, policy: string): string {
  return [
    'node:\n',
    `  name: ${name}\n`,
    environment === undefined
      ? '  # environment: stage   # prod, stage or dev; left out, it is prod\n'
      : `  environment: ${environment}\n`,
    siblings.length > 0 ? `  siblings: [${siblings.join(', ')}]\n` : '',
    '  # What it accepts, whatever the hub says. What no rule allows is refused.\n',
    policy,
  ].join('');
}

/** A policy in a file of its own can be opened without a restart; that takes a file which the agent's user cannot change, or an agent that is root. */
async function policyFile(state: string, rule: string): Promise<string | undefined> {
  if (ownUser() !== 0) return undefined;
  const file = join(state, 'policy.yaml');
  await put(file, POLICY + rule);
  try {
    withGuarded(file, ownUser(), () => {});
    return file;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    await rm(file, { force: true });
    return undefined;
  }
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

async function put(file: string, text: string): Promise<void> {
  const temporary = `${file}.${process.pid}.new`;
  await writeFile(temporary, text, { mode: 0o600, flush: true });
  await rename(temporary, file);
}
