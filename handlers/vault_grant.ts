import { z } from 'zod';
import { formatDuration } from '#src/kit/duration.ts';
import { defineOperation } from '#src/operation/define.ts';
import { declared, words } from '#src/operation/params.ts';
import type { Fact } from '#src/operation/reply.ts';
import type { VaultGrant } from '#src/operation/tools.ts';

/** Row V3: a new token with the declared policies and ttl, put into the declared file on the node. It is never said anywhere. */
export default defineOperation({
  name: 'vault_grant',
  says: 'Make a token of',
  version: 1,
  summary: 'Make a declared Vault token and put it into its file',
  role: 'operator',
  risk: 'change',
  timeout: '30s',
  needs: ['vaults'],
  params: z.strictObject({
    vault: declared('vault', 'main'),
    grant: words(32, 'web').describe('which of the tokens that the node declares'),
  }),
  result: z.object({ file: z.string(), ttlMs: z.number(), policies: z.array(z.string()) }),
  steps: { make: { title: 'Make it and put it into its file', kind: 'once' } },
  question: ({ vault, grant }) => `Make a new token "${grant}" of ${vault}?`,

  async plan({ params: { vault, grant }, tools }) {
    const found = await tools.vaults.grant(vault, grant);
    const before: Fact =
      found.writtenAt === undefined
        ? { label: 'Now', value: 'the file is not there yet' }
        : {
            label: 'Then',
            value: 'the token that is in the file is replaced; it lives on until its own end',
            tone: 'warn',
          };
    return { facts: [...factsOf(found), before], binds: `${found.writtenAt ?? 'none'} ${found.policies.join(' ')}` };
  },

  async before({ params: { vault, grant }, tools }) {
    const { writtenAt } = await tools.vaults.grant(vault, grant);
    return { writtenAt };
  },

  async run({ params: { vault, grant }, tools, step, signal }) {
    return await step('make', () => tools.vaults.make(vault, grant, signal));
  },

  async verify({ params: { vault, grant }, tools, before }) {
    const { writtenAt, file } = await tools.vaults.grant(vault, grant);
    if (writtenAt !== before.writtenAt) return { verdict: 'verified applied', because: `${file} was written anew.` };
    return {
      verdict: 'verified not applied',
      because: `${file} is as it was. Vault may have made a token that nobody has; it ends by itself. Ask again.`,
    };
  },

  report({ params: { vault, grant }, result: { file, ttlMs, policies } }) {
    const facts = factsOf({ file, ttlMs, policies, writtenAt: undefined });
    return { tone: 'ok', title: `${file} holds a new token "${grant}" of ${vault}`, facts };
  },
});

function factsOf({ file, ttlMs, policies }: VaultGrant): Fact[] {
  return [
    { label: 'File', value: file.slice(0, 400) },
    { label: 'Policies', value: policies.join(', ').slice(0, 400) },
    { label: 'Lives', value: formatDuration(ttlMs) },
  ];
}
