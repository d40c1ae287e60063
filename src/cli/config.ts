import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { NodeConfig } from '#src/agent/config.ts';
import { HubConfig } from '#src/hub/config.ts';
import { Problem } from '#src/kit/problem.ts';
import { PublicKeySchema } from '#src/wire/keys.ts';
import { checkConfig, isThere } from './configFile.ts';
import { DoorbellUrl } from './hubSettings.ts';

/** Whose orders an agent takes, and where that hub can be rung; without `url` it never sleeps. */
const HubLink = z.strictObject({ key: PublicKeySchema, url: DoorbellUrl.optional() });

/** The one configuration file: the hub's sections, what this machine is as a node, and the hub that its agent belongs to. */
export const FileConfig = z.strictObject({ ...HubConfig.shape, hub: HubLink.optional(), node: NodeConfig.optional() });
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
    - operations: [health, status, logs, inspect, vault, backups]
    - operations: [restart, start, stop]
      targets: [demo]
`;

/** Reads the configuration; `written` is true when it was not there and the first one was written (mode 600). Throws Problem `config` with the key's path. */
export async function loadConfig(file: string): Promise<{ config: FileConfig; written: boolean }> {
  const written = !(await isThere(file));
  if (written) {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(file, FIRST, { mode: 0o600, flag: 'wx' });
  }
  return { config: readConfig(file, await readFile(file, 'utf8')), written };
}

/** Checks the text of a configuration file. Throws Problem `config` with the key's path. */
export function readConfig(file: string, text: string): FileConfig {
  return checkConfig(file, text, FileConfig);
}

/** What this machine is as a node. Throws Problem `config` when the configuration does not say. */
export function nodeOf({ node }: FileConfig): NodeConfig {
  if (node) return node;
  throw new Problem(
    'config',
    'The configuration has no section node: it says what this machine is. Begin with node: { name: alpha }',
  );
}

/** The hub that this machine's agent belongs to. Throws Problem `config` when the configuration does not say. */
export function hubOf({ hub }: FileConfig): z.infer<typeof HubLink> {
  if (hub) return hub;
  throw new Problem(
    'config',
    'The configuration has no section hub: write hub: { key: ng1.… } with what "nightguard keys --hub" prints where the hub runs.',
  );
}
