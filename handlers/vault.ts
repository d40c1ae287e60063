import { z } from 'zod';
import { nearest } from '#src/kit/nearest.ts';
import { Problem } from '#src/kit/problem.ts';
import { clip, count } from '#src/kit/text.ts';
import { fitFacts } from '#src/knowledge/facts.ts';
import { serverFact, unsealButtons, vaultTrouble } from '#src/knowledge/vaults.ts';
import { defineOperation } from '#src/operation/define.ts';
import { declared } from '#src/operation/params.ts';
import { Fact, ReplyButton, worst } from '#src/operation/reply.ts';
import type { VaultLook } from '#src/operation/tools.ts';

/** Row V1: every server of each Vault: sealed or open, how far opening has come, who leads. */
export default defineOperation({
  name: 'vault',
  version: 1,
  summary: 'Is Vault open? Seal, shares given, version, who leads',
  role: 'viewer',
  risk: 'read',
  timeout: '1m',
  needs: ['vaults'],
  params: z.strictObject({ vault: declared('vault', 'main').optional().describe('only this Vault') }),
  result: z.object({
    facts: z.array(Fact),
    troubles: z.array(z.string()),
    vaults: z.number(),
    buttons: z.array(ReplyButton),
  }),
  steps: { look: { title: 'Ask its servers', kind: 'read' } },

  async run({ params, tools, step, signal }) {
    const all = await step('look', () => tools.vaults.look(signal));
    if (all.length === 0)
      throw new Problem('no-vault', 'No Vault is declared on this node. Name it under node.vaults there.');
    const some = all.filter((each) => params.vault === undefined || each.name === params.vault);
    if (some.length === 0) throw unknown(params.vault ?? '', all);
    const several = some.length > 1;
    const facts = some.flatMap((each) =>
      each.servers.map(serverFact).map((fact) => ({
        ...fact,
        label: several ? clip(`${each.name} ${fact.label}`, 64) : fact.label,
      })),
    );
    const troubles = some.map(vaultTrouble).filter((trouble) => trouble !== undefined);
    return { facts, troubles, vaults: some.length, buttons: some.flatMap(unsealButtons).slice(0, 6) };
  },

  report({ result: { facts, troubles, vaults, buttons } }) {
    const title = troubles.join('; ') || (vaults === 1 ? 'Vault is open' : `${count(vaults, 'Vault')}, all open`);
    return { tone: worst(facts.map(({ tone }) => tone)), title: clip(title, 300), facts: fitFacts(facts), buttons };
  },
});

function unknown(name: string, all: readonly VaultLook[]): Problem {
  const known = all.map((each) => each.name);
  const near = nearest(name, known);
  const hint = near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `There is ${known.join(', ')}.`;
  return new Problem('unknown-target', `There is no Vault "${name}" on this node. ${hint}`);
}
