import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { NodeConfig } from '#src/agent/config.ts';
import { HubConfig } from '#src/hub/config.ts';
import { Problem } from '#src/kit/problem.ts';

/** The one configuration file: the hub's sections, and what this machine is as a node. */
export const FileConfig = z.strictObject({ ...HubConfig.shape, node: NodeConfig });
export type FileConfig = z.infer<typeof FileConfig>;

const FIRST = `# Nightguard: who may ask, and what this machine allows. Written once; it is yours from now on.
# Every key is explained in docs/configuration.md.

# People, by numeric Telegram id (a stranger who writes to the bot appears in the log with theirs).
# NIGHTGUARD_OPERATORS adds to this list; the sandbox brings its own people.
operators: []
#  - { id: 123456789, name: Ada, role: admin }     # viewer < operator < admin

# Groups in which commands are taken; an operator's private chat always counts.
chats: []

node:
  name: local
  environment: dev # prod, stage or dev; left out, it is treated as prod
  workloads:
    demo: # crash it with: curl -X POST http://127.0.0.1:<port>/crash   (/status shows the port)
      command: [nightguard, demo]
      port: auto
      health: /health
  # What this node accepts, whatever the hub says. What no rule allows is refused.
  policy:
    - operations: [health, status, logs]
    - operations: [restart]
      targets: [demo]
`;

/** Reads the configuration; `written` is true when it was not there and the first one was written (mode 600). Throws Problem `config` with the key's path. */
export async function loadConfig(file: string): Promise<{ config: FileConfig; written: boolean }> {
  const written = !(await exists(file));
  if (written) {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(file, FIRST, { mode: 0o600, flag: 'wx' });
  }
  return { config: readConfig(file, await readFile(file, 'utf8')), written };
}

/** Checks the text of a configuration file. Throws Problem `config` with the key's path. */
export function readConfig(file: string, text: string): FileConfig {
  let raw: unknown;
  try {
    raw = parse(text);
  } catch (cause) {
    throw new Problem(
      'config',
      `${file} is not YAML: ${cause instanceof Error ? cause.message.split('\n', 1)[0] : ''}`,
      { cause },
    );
  }
  const parsed = FileConfig.safeParse(raw ?? {});
  if (parsed.success) return parsed.data;
  const complaints = parsed.error.issues.map((issue) => `  ${pathOf(issue)}: ${wordsOf(issue)}`);
  throw new Problem('config', `${file} does not hold:\n${complaints.join('\n')}`);
}

function pathOf({ path }: z.core.$ZodIssue): string {
  return path.map(String).join('.') || 'the file';
}

function wordsOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `there is no key ${issue.keys.join(', ')} here`;
  return issue.message;
}

async function exists(file: string): Promise<boolean> {
  return await stat(file).then(
    () => true,
    () => false,
  );
}
