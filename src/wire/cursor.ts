import { z } from 'zod';
import { parseExact } from './canonical.ts';
import { identity } from './keys.ts';
import { isRefusal, refuse } from './refuse.ts';
import type { Party, Self } from './seal.ts';
import { createSigner, createVerifier } from './sign.ts';

const TYP = 'nightguard-cursor+jws';
const MAX_CHARS = 1024;

/** How far the hub has heard a node: the number of the last event that it took, in this log of the node's journal. */
export const Cursor = z.strictObject({ log: z.string().max(60), seq: z.number().int() });
export type Cursor = z.infer<typeof Cursor>;

const Signed = z.strictObject({ node: z.string(), cursor: Cursor });

/** Gives the cursor that the hub signed for a node; what it did not sign is like none. */
export type ReadCursor = (node: string, token: string) => Promise<Cursor | undefined>;

/** The cursors of the hub with these keys. A node forgets what a cursor acknowledges and tells by it whether its journal is an older copy, so no ledger may make one up. */
export function createCursors(hub: Self): { sign(node: string, cursor: Cursor): Promise<string>; read: ReadCursor } {
  const sign = createSigner(hub.keys, identity(hub.name, hub.keys.public));
  const known: Known = new Map();
  return {
    read: createCursorReader({ name: hub.name, key: hub.keys.public }, known),
    async sign(node, { log, seq }) {
      const token = await sign(TYP, JSON.stringify({ node, cursor: { log, seq } }));
      known.set(node, { token, cursor: { log, seq } });
      return token;
    },
  };
}

/** What a node reads them with. `known` holds the last one of each node, so that it is verified once. */
export function createCursorReader(hub: Party, known: Known = new Map()): ReadCursor {
  const verify = createVerifier(hub.key, identity(hub.name, hub.key));
  return async (node, token) => {
    const last = known.get(node);
    if (last?.token === token) return last.cursor;
    try {
      if (token.length > MAX_CHARS) throw refuse(`it has ${token.length} characters`);
      const signed = Signed.safeParse(parseExact(await verify(TYP, token)));
      if (!signed.success || signed.data.node !== node) throw refuse('it is not about that node');
      known.set(node, { token, cursor: signed.data.cursor });
      return signed.data.cursor;
    } catch (error) {
      if (isRefusal(error)) return undefined;
      throw error;
    }
  };
}

type Known = Map<string, { token: string; cursor: Cursor }>;
