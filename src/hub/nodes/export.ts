import type { Keys } from '#src/wire/keys.ts';
import type { LedgerUsers } from './letIn.ts';
import { passwordOf } from './letIn.ts';
import type { Registry } from './registry.ts';
import type { Roster } from './roster.ts';

/** The enrolled nodes as the `nodes:` block of the hub's file, with the commands for their ledger users where this hub makes them; undefined when there are none. */
export type ExportNodes = () => Promise<string | undefined>;

/** What to keep in a safe place: with it in the file, nodes are known again that the ledger has lost. */
export function createExportNodes(deps: {
  keys: Keys;
  registry: Pick<Registry, 'read'>;
  roster: Roster;
  users?: Pick<LedgerUsers, 'command'> | undefined;
}): ExportNodes {
  const { keys, registry, roster, users } = deps;
  return async () => {
    const members = await roster.members();
    const { nodes } = await registry.read();
    const enrolled = [...nodes.values()]
      .flatMap(({ name, enrolled: as }) => (as && members.get(name)?.enrolled ? [{ name, key: as.key }] : []))
      .sort((a, b) => a.name.localeCompare(b.name));
    if (enrolled.length === 0) return undefined;
    const block = ['nodes:', ...enrolled.map(({ name, key }) => `  ${name}: { key: ${key} }`)];
    const again = users
      ? [
          '# In a Redis that has lost their users:',
          ...enrolled.map(({ name, key }) => `# ${users.command(name, passwordOf(keys, name, key))}`),
        ]
      : [];
    return [...block, ...again, ''].join('\n');
  };
}
