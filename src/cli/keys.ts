import { join } from 'node:path';
import { loadKeys } from '#src/wire/keys.ts';
import { readFlags } from './flags.ts';
import { readSettings } from './settings.ts';

const ABOUT = `Prints the public keys of this state folder, and makes the pairs when there are none yet.
A node's goes into the hub's configuration, under nodes.<name>.key.
The private halves stay in the folder keys/ of the state folder, mode 600.`;

/** `nightguard keys`: the public keys of hub and node. */
export async function keys(argv: string[]): Promise<void> {
  const flags = readFlags({ name: 'keys', about: ABOUT, flags: { json: 'as JSON' } }, argv);
  if (!flags) return;
  const { state } = readSettings(process.env);
  const hub = (await loadKeys(join(state, 'keys', 'hub.json'))).public;
  const node = (await loadKeys(join(state, 'keys', 'node.json'))).public;
  process.stdout.write(flags.json ? `${JSON.stringify({ hub, node })}\n` : `hub   ${hub}\nnode  ${node}\n`);
}
