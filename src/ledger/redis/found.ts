import { z } from 'zod';
import type { Scripts } from './scripts.ts';
import { defineScript } from './scripts.ts';

const BODIES = defineScript(`
local bodies = {}
for i, key in ipairs(A.keys) do bodies[i] = redis.call('HGET', P .. key, 'body') or '' end
return bodies
`);

const BodiesReply = z.array(z.string());

/** Records of one kind by their ids, still closed, in the order of the ids; the text of an unknown one is empty. */
export async function findRecords(scripts: Scripts, kind: string, ids: readonly string[]): Promise<[string, string][]> {
  const keys = ids.map((id) => `${kind}:${id}`);
  const bodies = await scripts.run(BODIES, BodiesReply, { keys }, 'harmless');
  return ids.map((id, i) => [id, bodies[i] ?? '']);
}
