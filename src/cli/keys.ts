import { join } from 'node:path';
import { loadKeys } from '#src/wire/keys.ts';
import { readFlags } from './flags.ts';
import { rotate } from './rotation.ts';
import { readSettings } from './settings.ts';
import { usage } from './typed.ts';

const ABOUT = `Prints the public keys of this state folder, and makes the pairs when there are none yet.
A node's goes into the hub's configuration, under nodes.<name>.key; the hub's into that of each node, under hub.key.
The private halves stay in the folder keys/ of the state folder, mode 600.

--rotate hub|node makes new pairs, of the next epoch, keeps the old file with the date behind its name, and says what
to put where. docs/configuration.md says how no order is lost by it.

--records, with --rotate hub, also renews the secret of what the hub keeps in the ledger, from which the passwords of
enrolled nodes come: whoever took hub.json has both. What follows: enrolled nodes have to join again, labels, open
questions and the list of retired keys are lost, and the hub's audit begins anew.`;

const CHOICES = { rotate: { of: ['hub', 'node'], what: 'new keys for the hub or the node' } } as const;
const FLAGS = {
  hub: "the hub's alone",
  node: "the node's alone",
  records: 'with --rotate hub: the secret of its records, too',
  json: 'as JSON',
};

/** `nightguard keys`: the public keys of hub and node. */
export async function keys(argv: string[]): Promise<void> {
  const flags = readFlags({ name: 'keys', about: ABOUT, flags: FLAGS, choices: CHOICES }, argv);
  if (!flags) return;
  const { state } = readSettings(process.env, 'real');
  if (flags.records && flags.rotate !== 'hub')
    throw usage('keys', '--records goes with --rotate hub: what a node keeps under its own secret cannot be renewed');
  if (flags.rotate) return print(await rotate(flags.rotate, state, flags));
  const wanted = (['hub', 'node'] as const).filter((name) => flags[name] || flags.hub === flags.node);
  const found = await Promise.all(
    wanted.map(async (name) => [name, (await loadKeys(join(state, 'keys', `${name}.json`))).public] as const),
  );
  const alone = found.length === 1;
  const lines = found.map(([name, key]) => (alone ? key : `${name.padEnd(4)}  ${key}`));
  print(flags.json ? JSON.stringify(Object.fromEntries(found)) : lines.join('\n'));
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
