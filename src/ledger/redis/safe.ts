import type { z } from 'zod';
import type { RecordSeal } from '#src/wire/record.ts';

/** How many lost records are kept in mind, so that each is said once. */
const MOST = 1000;

/** Closes what the hub keeps on a server that it need not trust, and opens what comes back. */
export interface Safe {
  close(name: string, value: unknown): string;
  /** A record that is not what this hub closed under this name is lost, like one that is not there; only that is said, once. */
  open<T>(name: string, text: string | undefined, schema: z.ZodType<T>): T | undefined;
  /** What stands for a text where the server has to find or compare it. */
  mark(text: string): string;
}

/** The safe of one ledger. Without a seal, as a node has it, it closes nothing and opens nothing. */
export function createSafe(seal: RecordSeal | undefined, onLost: (record: string) => void = () => {}): Safe {
  const lost = new Set<string>();
  const owned = (): RecordSeal => {
    if (seal) return seal;
    throw new Error("the hub's half of a ledger in Redis needs the hub's seal");
  };
  const lose = (name: string): void => {
    if (lost.has(name)) return;
    if (lost.size === MOST) lost.clear();
    lost.add(name);
    onLost(name);
  };
  return {
    close: (name, value) => owned().close(name, value),
    open: (name, text, schema) => {
      const own = owned();
      if (text === undefined || text === '') return undefined;
      try {
        return own.open(name, text, schema);
      } catch {
        lose(name);
        return undefined;
      }
    },
    mark: (text) => owned().mark(text),
  };
}
