import { z } from 'zod';
import { Epoch, identity } from './keys.ts';
import { refuse } from './refuse.ts';
import type { Opened, Party } from './seal.ts';

/** Where a receiver keeps the newest key state that it has seen of one sender. */
export interface EpochMemory {
  recall(): Promise<string | undefined>;
  remember(newest: string): Promise<void>;
}

const Seen = z.strictObject({ sender: z.string(), epoch: Epoch });
type Seen = z.infer<typeof Seen>;

/** Opens what `opener` opens of one sender, and refuses keys that are older than the newest seen, as after a configuration came back from an old copy. Throws Problem `seal`, and whatever the memory throws. */
export function neverBack<T>(
  from: Party,
  opener: (token: string) => Promise<Opened<T>>,
  memory: EpochMemory,
): (token: string) => Promise<Opened<T>> {
  const sender = identity(from.name, from.key);
  let newest: Seen | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  const check = async (epoch: number): Promise<void> => {
    newest ??= readSeen(await memory.recall());
    const why = newest && stepBack(newest, { sender, epoch });
    if (why !== undefined) throw refuse(why);
    if (newest?.sender === sender) return;
    await memory.remember(JSON.stringify({ sender, epoch }));
    newest = { sender, epoch };
  };

  return async (token) => {
    const opened = await opener(token);
    // One at a time, for the first of a batch may be the one that is written down.
    const mine = turn.then(() => check(opened.epoch));
    turn = mine.catch(() => {});
    await mine;
    return opened;
  };
}

/** A key file has one epoch for life: so whoever steals keys cannot push the epoch beyond what its next owner will have. */
function stepBack(newest: Seen, said: Seen): string | undefined {
  if (newest.sender === said.sender && newest.epoch !== said.epoch)
    return `its sender's keys have epoch ${newest.epoch}, not ${said.epoch}`;
  if (said.epoch < newest.epoch)
    return `its sender's keys have epoch ${said.epoch}, and newer ones with epoch ${newest.epoch} were seen before`;
  return undefined;
}

function readSeen(text: string | undefined): Seen | undefined {
  if (text === undefined) return undefined;
  try {
    return Seen.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
