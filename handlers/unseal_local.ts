import { z } from 'zod';
import { Problem } from '#src/kit/problem.ts';
import { count } from '#src/kit/text.ts';
import { hindranceOf, shareProblem } from '#src/knowledge/shares.ts';
import { defineOperation } from '#src/operation/define.ts';
import { flag } from '#src/operation/params.ts';
import type { Fact } from '#src/operation/reply.ts';
import type { Seal, Seals } from '#src/operation/seals.ts';
import { SealTold, ShareParams, tellSeal } from '#src/operation/vaultShare.ts';

/** Row P2 for one machine: a node that keeps enough shares of a Vault opens it alone. What that gives up stands in docs/security.md. */
export default defineOperation({
  name: 'unseal_local',
  says: 'Unseal',
  version: 1,
  summary: 'Open a Vault with the shares that one node keeps',
  role: 'operator',
  risk: 'critical',
  timeout: '5m',
  proof: 'stepup',
  needs: ['seals'],
  params: ShareParams.omit({ attempt: true }).extend({
    reset: flag().describe('throw away first what somebody else has given'),
  }),
  result: z.object({ seal: SealTold, given: z.number() }),
  steps: {
    look: { title: 'Look at the seal', kind: 'read' },
    reset: { title: 'Throw away what was given before', kind: 'once' },
    give: { title: 'Give the shares, one after the other', kind: 'once' },
  },
  question: ({ vault }) => `Open ${vault} with the shares that this node keeps?`,

  async plan({ params: { vault, server, reset }, tools: { seals } }) {
    const place = seals.place(vault, server);
    if (!place.isLocal)
      throw new Problem(
        'not-local',
        `${vault} is opened by several nodes: write /unseal. For this node alone: node.vaults.${vault}.mode: local`,
      );
    const held = await seals.held(vault);
    const facts: Fact[] = [
      { label: 'Opens', value: `${vault} at ${place.host}` },
      { label: 'Believed there', value: place.authority ?? 'this machine itself, without TLS' },
      { label: 'Gives', value: `up to ${count(held.length, 'share')}, until it is open` },
      ...(reset ? [{ label: 'Before', value: 'throws away what was given to it', tone: 'warn' as const }] : []),
    ];
    return { facts, binds: { place, shares: held.map(({ fingerprint }) => fingerprint) } };
  },

  async before({ params: { vault, server }, tools: { seals }, signal }) {
    const { sealed } = await seals.look(vault, server, signal);
    return { sealed };
  },

  async run({ params: { vault, server, reset }, tools: { seals }, step, note, signal }) {
    const found = await step('look', () => seals.look(vault, server, signal));
    const hindrance = hindranceOf(found, undefined);
    if (hindrance === 'already open') return { seal: tellSeal(found), given: 0 };
    if (hindrance) throw shareProblem(vault, hindrance, { seal: found });
    if (found.progress > 0 && !reset) throw shareProblem(vault, 'other attempt', { seal: found });
    await refuseTooFew(vault, found, seals);
    if (found.progress > 0) await step('reset', () => seals.reset(vault, server, signal));
    return await step('give', async () => {
      let [seal, given] = [found, 0];
      for (const { fingerprint } of await seals.held(vault)) {
        seal = await seals.give(vault, server, fingerprint, signal).catch(wiped(vault));
        given += 1;
        note(`${given} of ${seal.threshold} given`);
        if (!seal.sealed) return { seal: tellSeal(seal), given };
      }
      throw shareProblem(vault, 'lost', { seal });
    });
  },

  async verify({ params: { vault, server }, tools: { seals }, signal }) {
    const { sealed, progress, threshold } = await seals.look(vault, server, signal);
    if (!sealed) return { verdict: 'verified applied', because: `${vault} is open.` };
    const has = `${vault} is sealed, with ${progress} of ${count(threshold, 'share')}.`;
    return { verdict: 'verified not applied', because: `${has} Ask again, with --reset.` };
  },

  report({ params: { vault }, result: { given } }) {
    const look = { label: 'Look', operation: 'vault', input: { vault } };
    if (given === 0) return { tone: 'ok', title: `${vault} was open already`, buttons: [look] };
    return { tone: 'ok', title: `${vault} is open, with ${count(given, 'share')} of this node`, buttons: [look] };
  },
});

async function refuseTooFew(vault: string, { threshold }: Seal, seals: Seals): Promise<void> {
  const { length } = await seals.held(vault);
  if (length >= threshold) return;
  throw new Problem(
    'no-share',
    `This node keeps ${count(length, 'share')} of ${vault}, and ${threshold} are needed. On it: nightguard share add ${vault}`,
  );
}

function wiped(vault: string) {
  return (error: unknown): never => {
    if (error instanceof Problem && error.code === 'vault-wiped')
      throw new Problem(
        'vault-wiped',
        `One of the shares that this node keeps of ${vault} is wrong. Look at them: nightguard share list`,
        { cause: error },
      );
    throw error;
  };
}
