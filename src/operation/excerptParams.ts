import { declared, fullPath, snapshotId, words } from './params.ts';

/** The parameters of what works on a part of a backup, in their order on the command line: see `Excerpt`. */
export function excerptParams() {
  return {
    set: declared('set', 'files'),
    snapshot: snapshotId().optional().describe('the newest, if it is left out'),
    path: fullPath('/srv/shop').optional().describe('only this file or folder'),
    part: words(32, 'orders').optional().describe('a dump, not the files'),
  };
}
