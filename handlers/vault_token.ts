import { z } from 'zod';
import { isEnding, isRoot, tokenFacts } from '#src/knowledge/vaults.ts';
import { defineOperation } from '#src/operation/define.ts';
import { declared } from '#src/operation/params.ts';
import { Fact } from '#src/operation/reply.ts';

/** Row V3: the token with which this node speaks to a Vault: what it may do and when it ends. */
export default defineOperation({
  name: 'vault_token',
  version: 1,
  summary: 'The token of a node for Vault: policies and end',
  role: 'operator',
  risk: 'read',
  timeout: '30s',
  needs: ['vaults'],
  params: z.strictObject({ vault: declared('vault', 'main') }),
  result: z.object({ facts: z.array(Fact), ending: z.boolean(), renewable: z.boolean(), root: z.boolean() }),
  steps: { look: { title: 'Ask Vault', kind: 'read' } },

  async run({ params: { vault }, tools, step, signal }) {
    const token = await step('look', () => tools.vaults.token(vault, signal));
    return { facts: tokenFacts(token), ending: isEnding(token), renewable: token.renewable, root: isRoot(token) };
  },

  report({ params: { vault }, result: { facts, ending, renewable, root } }) {
    const title = ending
      ? `the token for ${vault} ends soon`
      : root
        ? `the token for ${vault} may do everything: give this node a smaller one`
        : `the token for ${vault} holds`;
    return {
      tone: ending || root ? 'warn' : 'ok',
      title,
      facts,
      buttons: renewable ? [{ label: 'Renew it', operation: 'vault_renew', input: { vault } }] : [],
    };
  },
});
