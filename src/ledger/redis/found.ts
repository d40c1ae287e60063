import type { z } from 'zod';
import type { Scripts } from './scripts.ts';
import { defineScript } from './scripts.ts';

const BODIES = defineScript(`
local bodies = {}
for _, key in ipairs(A.keys) do
  local body = redis.call('HGET', P .. key, 'body')
  if body then bodies[#bodies + 1] = body end
end
return bodies
`);

/** Records of one kind by their ids, in the order of the ids; unknown ones are left out. */
export async function findRecords<T>(
  scripts: Scripts,
  records: z.ZodType<T[]>,
  kind: string,
  ids: string[],
): Promise<T[]> {
  const keys = ids.map((id) => `${kind}:${id}`);
  return await scripts.run(BODIES, records, { keys }, 'harmless');
}
