import { createCommand } from '#src/adapters/command.ts';
import { createMachineLock } from '#src/adapters/machineLock.ts';
import type { Keys } from '#src/wire/keys.ts';
import type { ShareStore } from './store.ts';
import { createShareStore, sharesFile } from './store.ts';

/** The shares of the node whose state folder this is, sealed to this machine where it has a lock for that. */
export function openShares(state: string, keys: Pick<Keys, 'records'>): ShareStore {
  return createShareStore(sharesFile(state), keys, createMachineLock(createCommand()));
}
