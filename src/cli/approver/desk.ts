import { join } from 'node:path';
import { seedsFile } from '#src/agent/approver/seeds.ts';
import type { Journal } from '#src/agent/journal.ts';
import { createJournal } from '#src/agent/journal.ts';
import type { Party } from '#src/wire/seal.ts';
import { ownState } from '../ownState.ts';

/** What the work on an approver's people needs. */
export interface Desk {
  /** The file of seeds. */
  seeds: string;
  /** The agent's own; it may be running. */
  journal: Journal;
  /** This machine as policy files name it. */
  self: Party;
  now: () => number;
}

/** Opens the files of this machine's agent. Throws Problem `approver` when they are another user's. */
export async function openDesk(env: NodeJS.ProcessEnv): Promise<Desk> {
  const { node, state, keys } = await ownState(env, 'approver');
  const now = () => Date.now();
  const journal = createJournal({ file: join(state, 'journal.db'), now });
  return { seeds: seedsFile(state), journal, self: { name: node.name, key: keys.public }, now };
}
