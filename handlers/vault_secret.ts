import { z } from 'zod';
import { formatDuration } from '#src/kit/duration.ts';
import { clip, count, sanitise } from '#src/kit/text.ts';
import { defineOperation } from '#src/operation/define.ts';
import { declared } from '#src/operation/params.ts';
import type { Fact } from '#src/operation/reply.ts';

const PATH = /^[A-Za-z0-9][A-Za-z0-9_.-]*(?:\/[A-Za-z0-9][A-Za-z0-9_.-]*){0,9}$/;

/** Row V3: whether a secret is there, with its versions, age and the names of its keys. A value is never read into a reply. */
export default defineOperation({
  name: 'vault_secret',
  version: 1,
  summary: 'Is a secret there? Versions, age, names of keys, no value',
  role: 'operator',
  risk: 'read',
  timeout: '30s',
  needs: ['vaults'],
  params: z.strictObject({
    vault: declared('vault', 'main'),
    path: z
      .string()
      .max(200)
      .regex(PATH, 'a path has parts of letters, digits, "_", "-" or ".", with "/" between them')
      .describe('where it is, without the mount')
      .meta({ example: 'apps/web' }),
  }),
  result: z.object({
    found: z
      .object({
        ...{ version: z.number(), versions: z.number(), ageMs: z.number(), isGone: z.boolean() },
        keys: z.array(z.string()),
      })
      .optional(),
  }),
  steps: { look: { title: 'Ask Vault', kind: 'read' } },

  async run({ params: { vault, path }, tools, step, signal }) {
    const found = await step('look', () => tools.vaults.secret(vault, path, signal));
    return { found };
  },

  report({ params: { path }, result: { found } }) {
    if (!found) return { tone: 'warn', title: `there is no secret ${path}` };
    const { version, versions, ageMs, isGone, keys } = found;
    const facts: Fact[] = [
      { label: 'Version', value: `${version}, ${count(versions, 'version')} kept`, tone: isGone ? 'warn' : 'ok' },
      { label: 'Changed', value: `${formatDuration(ageMs)} ago` },
      ...(isGone ? [] : [{ label: 'Keys', value: clip(keys.map((key) => sanitise(key)).join(', ') || 'none', 400) }]),
    ];
    return {
      tone: isGone ? 'warn' : 'ok',
      title: isGone ? `secret ${path} was deleted` : `secret ${path} is there`,
      facts,
    };
  },
});
