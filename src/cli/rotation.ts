import { join } from 'node:path';
import type { Rotated } from '#src/wire/rotate.ts';
import { rotateKeys } from '#src/wire/rotate.ts';

/** Rotates the keys of this state folder's hub or node, and answers with what to do next, as text or as JSON. Throws Problem `key-file`. */
export async function rotate(
  who: 'hub' | 'node',
  state: string,
  { records, json }: { records: boolean; json: boolean },
): Promise<string> {
  const file = join(state, 'keys', `${who}.json`);
  const done = await rotateKeys(file, Date.now(), { records });
  const { keys, kept } = done;
  if (json) return JSON.stringify({ [who]: keys.public, epoch: keys.epoch, kept, fresh: done.fresh });
  return [head(who, done), '', ...(records && done.fresh ? CLEARING : []), ...steps(who, file), '', keys.public].join(
    '\n',
  );
}

/** What a new secret of the hub's records asks for, before the rest. */
const CLEARING = [
  'The secret of its records is new as well: nothing that it kept in the ledger can be read any more.',
  'a. Stop the hub. In Redis: FLUSHDB (where others have keys as well: delete those that begin with ng:), and ACL DELUSER node-<name> for each node that came in by /enroll, then ACL SAVE.',
  'b. When the hub runs again, let each of these nodes join anew: /enroll <name>, and on it, with its nightguard.yaml moved away, the line from the chat.',
  'c. Labels, open questions and the list of retired keys are gone. Its audit begins anew: the old one ends where the chat last told.',
  '',
];

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
