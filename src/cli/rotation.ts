import { join } from 'node:path';
import type { Rotated } from '#src/wire/rotate.ts';
import { rotateKeys } from '#src/wire/rotate.ts';

/** Rotates the keys of this state folder's hub or node, and answers with what to do next, as text or as JSON. Throws Problem `key-file`. */
export async function rotate(who: 'hub' | 'node', state: string, json: boolean): Promise<string> {
  const file = join(state, 'keys', `${who}.json`);
  const done = await rotateKeys(file, Date.now());
  const { keys, kept } = done;
  if (json) return JSON.stringify({ [who]: keys.public, epoch: keys.epoch, kept, fresh: done.fresh });
  return [head(who, done), '', ...steps(who, file), '', keys.public].join('\n');
}

function head(who: string, { keys, kept, fresh }: Rotated): string {
  const { epoch } = keys;
  if (fresh) return `The ${who} has new keys, of epoch ${epoch}. The ones before are in ${kept}`;
  return `The ${who}'s keys were rotated today already, to epoch ${epoch}; nothing was done. To rotate once more, move ${kept} away first.`;
}

function steps(who: 'hub' | 'node', file: string): string[] {
  const last = 'From then on the old keys count for nothing. Delete the file that keeps them when all nodes answer.';
  if (who === 'hub')
    return [
      '1. On every other node, write the key below under hub.key, and start its agent again.',
      `2. If the hub has its keys from NIGHTGUARD_HUB_KEYS, put the text of ${file} there.`,
      '3. Start the hub again.',
      last,
    ];
  return [
    '1. Where the hub runs, write the key below under nodes.<this node>.key, and start the hub again (not needed for "up").',
    '2. Start this agent again.',
    last,
  ];
}
