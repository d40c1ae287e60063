import { backupsReady } from '#src/agent/backupReady.ts';
import { Problem } from '#src/kit/problem.ts';
import type { Check } from './check.ts';
import { ok, warn } from './check.ts';

const ASK_MS = 15_000;

/** What backups need: restic, the password, and rights to read, to write beside, and to write to what is a folder of this machine. */
export const backupCheck: Check = async ({ config, settings, role }) => {
  const node = role === 'hub' ? undefined : config?.node;
  const sets = Object.keys(node?.backup.sets ?? {});
  if (!node || sets.length === 0) return ok('nothing is backed up here');
  const { restic, wrong, missing } = await backupsReady(node, settings.state, AbortSignal.timeout(ASK_MS));
  if (wrong.length > 0)
    throw new Problem('backup', `${wrong.join(' ')} Give it the rights: deploy/README.md, "Backups on a node".`);
  if (missing.length > 0) return warn(`restic ${restic}. ${missing.join(' ')}`);
  return ok(`restic ${restic}, can read and restore ${sets.join(', ')}`);
};
