import { z } from 'zod';
import { Problem } from '#src/kit/problem.ts';
import { clip, count } from '#src/kit/text.ts';
import { fitFacts } from '#src/knowledge/facts.ts';
import { serverFact } from '#src/knowledge/vaults.ts';
import { defineOperation } from '#src/operation/define.ts';
import { declared } from '#src/operation/params.ts';
import { Fact } from '#src/operation/reply.ts';
import type { Tools, VaultLook } from '#src/operation/tools.ts';

/** Closes a Vault: the server that leads it, since no other can be sealed. Whatever needs it stands still until it is opened again. */
export default defineOperation({
  name: 'seal',
  version: 1,
  summary: 'Seal a Vault: nothing in it can be had until it is opened',
  role: 'operator',
  risk: 'critical',
  timeout: '2m',
  needs: ['vaults', 'seals'],
  params: z.strictObject({ vault: declared('vault', 'main') }),
  result: z.object({
    facts: z.array(Fact),
    /** How many servers it has and how many of them are sealed, and those that are open still. */
    servers: z.number(),
    sealed: z.number(),
    open: z.array(z.string()),
    already: z.boolean(),
  }),
  steps: {
    seal: { title: 'Seal the server that leads', kind: 'once' },
    check: { title: 'Look at all its servers', kind: 'read' },
  },
  question: ({ vault }) => `Seal ${vault}?`,

  async plan({ params: { vault }, tools, signal }) {
    const look = await lookAt(vault, tools, signal);
    const leads = leaderOf(look);
    const binds = { leads };
    if (leads === undefined) return { facts: [...facts(look), { label: 'Then', value: NOTHING }], binds };
    const { threshold, shares, kind } = await tools.seals.look(vault, leads, signal);
    const opens =
      kind === 'shamir' ? `${count(threshold, 'share')} of ${shares}` : `itself (${kind}), at its next start`;
    const token = await tools.vaults.token(vault, signal, leads);
    return {
      facts: [
        { label: 'Seals', value: `${vault} at ${leads}` },
        { label: 'With', value: clip(`the token of this node (${token.policies.join(', ')})`, 400) },
        {
          label: 'Needed by',
          value: clip(look.dependants.join(', ') || 'nothing that is declared', 400),
          tone: 'warn',
        },
        { label: 'Opened again by', value: opens },
      ],
      binds,
    };
  },

  async before({ bound: { leads } }) {
    return { leads };
  },

  async run({ params: { vault }, tools, before: { leads }, step, signal }) {
    if (leads !== undefined) await step('seal', () => sealOne(vault, leads, tools, signal));
    const after = await step('check', () => lookAt(vault, tools, signal));
    const inState = (...states: string[]) => after.servers.filter(({ state }) => states.includes(state));
    return {
      ...{ facts: facts(after), servers: after.servers.length, sealed: inState('sealed').length },
      ...{ open: inState('active', 'standby').map(({ host }) => host), already: leads === undefined },
    };
  },

  async verify({ params: { vault }, tools, before: { leads }, signal }) {
    if (leads === undefined) return { verdict: 'verified not applied', because: `${vault} had no server to seal.` };
    const { sealed } = await tools.seals.look(vault, leads, signal);
    return sealed
      ? { verdict: 'verified applied', because: `${vault} is sealed at ${leads}.` }
      : { verdict: 'verified not applied', because: `${vault} is open at ${leads}. Ask again.` };
  },

  report({ params: { vault }, result: { facts, servers, sealed, open, already } }) {
    const look = { label: 'Look', operation: 'vault', input: { vault } };
    if (sealed === servers)
      return {
        tone: 'ok',
        title: already ? `${vault} was sealed already` : `${vault} is sealed`,
        facts,
        buttons: [look],
      };
    const where = `${vault} is sealed on ${sealed} of ${count(servers, 'server')}`;
    if (open.length === 0) return { tone: 'warn', title: where, facts, buttons: [look] };
    const next = { label: 'Seal the next', operation: 'seal', input: { vault } };
    return { tone: 'warn', title: clip(`${where}; open still: ${open.join(', ')}`, 300), facts, buttons: [next, look] };
  },
});

const NOTHING = 'no server leads, and only that one can be sealed';

async function lookAt(vault: string, { vaults, seals }: Pick<Tools, 'vaults' | 'seals'>, signal: AbortSignal) {
  seals.place(vault, undefined);
  const look = (await vaults.look(signal)).find(({ name }) => name === vault);
  return look ?? { name: vault, servers: [], dependants: [] };
}

function leaderOf({ servers }: VaultLook): string | undefined {
  return servers.find(({ state }) => state === 'active')?.host;
}

function facts({ servers }: VaultLook): Fact[] {
  return fitFacts(servers.map(serverFact));
}

/** Seals one server; an answer that was lost is looked for in its seal. */
async function sealOne(vault: string, server: string, { seals }: Pick<Tools, 'seals'>, signal: AbortSignal) {
  try {
    await seals.close(vault, server, signal);
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'vault-away') throw error;
    const { sealed } = await seals.look(vault, server, signal);
    if (!sealed) throw error;
  }
}
