import { z } from 'zod';
import { formatDuration } from '#src/kit/duration.ts';
import { Problem } from '#src/kit/problem.ts';
import { tokenFacts } from '#src/knowledge/vaults.ts';
import { defineOperation } from '#src/operation/define.ts';
import { declared } from '#src/operation/params.ts';
import { Fact } from '#src/operation/reply.ts';

/** A token that ends this much later was renewed, and not only read a moment apart, in ms. */
const LATER_MS = 5_000;

/** Row V3: the node's own token for a Vault lives on for as long as it was made for. */
export default defineOperation({
  name: 'vault_renew',
  says: 'Renew the token for',
  version: 1,
  summary: "Renew a node's token for Vault",
  role: 'operator',
  risk: 'change',
  timeout: '30s',
  needs: ['vaults'],
  params: z.strictObject({ vault: declared('vault', 'main') }),
  result: z.object({ facts: z.array(Fact), ttlMs: z.number() }),
  steps: { renew: { title: 'Renew it', kind: 'once' } },
  question: ({ vault }) => `Renew the token for ${vault}?`,

  async plan({ params: { vault }, tools, signal }) {
    const token = await tools.vaults.token(vault, signal);
    if (!token.renewable)
      throw new Problem(
        'vault-token',
        `The token for ${vault} cannot be renewed. Make a new one, and put it into its file.`,
      );
    return { facts: tokenFacts(token), binds: token.policies.join(' ') };
  },

  async before({ params: { vault }, tools, signal }) {
    const { expiresAt } = await tools.vaults.token(vault, signal);
    return { expiresAt };
  },

  async run({ params: { vault }, tools, step, signal }) {
    const token = await step('renew', () => tools.vaults.renew(vault, signal));
    return { facts: tokenFacts(token), ttlMs: token.ttlMs ?? 0 };
  },

  async verify({ params: { vault }, tools, before, signal }) {
    const { expiresAt = 0 } = await tools.vaults.token(vault, signal);
    return expiresAt > (before.expiresAt ?? 0) + LATER_MS
      ? { verdict: 'verified applied', because: `The token for ${vault} ends later now.` }
      : { verdict: 'verified not applied', because: `The token for ${vault} ends when it did before. Ask again.` };
  },

  report({ params: { vault }, result: { facts, ttlMs } }) {
    return { tone: 'ok', title: `the token for ${vault} holds for ${formatDuration(ttlMs)}`, facts };
  },
});
