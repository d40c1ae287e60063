import { z } from 'zod';
import { Problem } from '#src/kit/problem.ts';
import { clip } from '#src/kit/text.ts';
import { failureOf, givenOf, hindranceOf, outcomeOf, shareProblem, verifyShare } from '#src/knowledge/shares.ts';
import { defineOperation } from '#src/operation/define.ts';
import type { Fact } from '#src/operation/reply.ts';
import { MAX_BUTTONS } from '#src/operation/reply.ts';
import type { Seal, Seals, Share } from '#src/operation/seals.ts';
import type { VaultLook } from '#src/operation/tools.ts';
import type { SealTold, ShareOutcome } from '#src/operation/vaultShare.ts';
import { ShareParams, ShareTold, STILL_SEALED, shareFacts, tellSeal } from '#src/operation/vaultShare.ts';

/** Row V2: this node gives the one share that it keeps to a sealed Vault. The share is in nothing but the request. */
export default defineOperation({
  name: 'vault_share',
  version: 1,
  summary: "Give a node's share to a sealed Vault",
  role: 'operator',
  risk: 'critical',
  timeout: '2m',
  within: 'unseal',
  needs: ['seals', 'vaults'],
  params: ShareParams,
  /** Beside what is told to programs: whether a server leads now, and which others are sealed still. */
  result: ShareTold.extend({ leads: z.boolean().optional(), sealed: z.array(z.string()).optional() }),
  steps: {
    look: { title: 'Look at the seal', kind: 'read' },
    reset: { title: 'Throw away what was given before', kind: 'once' },
    give: { title: 'Give the share', kind: 'once' },
    check: { title: 'Look at the seal again', kind: 'read' },
    serve: { title: 'Wait until it answers', kind: 'read' },
  },
  question: ({ vault, reset }) =>
    `Give the share of this node to ${vault}${reset ? ', after throwing away what was given before' : ''}?`,

  // What others give meanwhile changes nothing of what is approved here, and Vault may be slow: it is not asked.
  async plan({ params: { vault, server, reset }, tools: { seals } }) {
    const place = seals.place(vault, server);
    const [share] = await seals.held(vault);
    const facts: Fact[] = [
      { label: 'To', value: `${vault} at ${place.host}` },
      { label: 'Believed there', value: place.authority ?? 'this machine itself, without TLS' },
      { label: 'Gives its share', value: shareWords(share) },
      ...(reset ? [{ label: 'Before', value: 'throws away what was given to it', tone: 'warn' as const }] : []),
    ];
    return { facts, binds: { place, share: share.fingerprint } };
  },

  async before({ params: { vault, server }, tools: { seals }, signal }) {
    const { sealed, progress, nonce } = await seals.look(vault, server, signal).catch(failing(vault, 'away'));
    return { sealed, progress, nonce };
  },

  async run({ params: { vault, server, attempt, reset }, tools: { seals, vaults }, step, signal }) {
    const look = () => seals.look(vault, server, signal);
    const opened = async (seal: Seal) => {
      const settled = await step('serve', () => vaults.settled(vault, signal).catch(orNothing));
      return { outcome: 'opened' as const, seal: tellSeal(seal), ...othersOf(settled) };
    };
    const found = await step('look', () => look().catch(failing(vault, 'away')));
    const hindrance = hindranceOf(found, attempt);
    if (hindrance === 'already open') return { outcome: hindrance, seal: tellSeal(found) };
    if (hindrance) throw shareProblem(vault, hindrance, { seal: found });
    const stale = reset && found.progress > 0;
    const before = stale ? await step('reset', () => seals.reset(vault, server, signal)) : found;
    try {
      const given = await step('give', () => giveOne(seals, vault, server, signal));
      const after = (await step('check', () => look().catch(orNothing))) ?? given;
      const outcome = outcomeOf({ before, given, after });
      if (outcome === 'opened') return await opened(after);
      if (outcome === 'counted' || outcome === 'duplicate') return { outcome, seal: tellSeal(after) };
      throw shareProblem(vault, outcome, { seal: after });
    } catch (error) {
      if (!(error instanceof Problem) || error.code === 'vault-share') throw error;
      const after = await step('check', () => look().catch(orNothing));
      const outcome = failureOf(error, before, after);
      if (after && outcome === 'opened') return await opened(after);
      if (after && outcome === 'counted') return { outcome, seal: tellSeal(after) };
      throw shareProblem(vault, outcome, { seal: after, because: error });
    }
  },

  async verify({ params: { vault, server, reset }, tools: { seals }, before, signal }) {
    return verifyShare(vault, { before, reset, now: await seals.look(vault, server, signal) });
  },

  report({ params: { vault }, result: { outcome, seal, leads = true, sealed = [] } }) {
    const others = sealed.map((server) => ({
      label: clip(`Unseal ${server}`, 40),
      operation: 'unseal',
      input: { vault, server },
    }));
    return {
      tone: outcome === 'duplicate' || !leads ? 'warn' : 'ok',
      title: `${titleOf(vault, outcome, seal)}${leads ? '' : ', but none of its servers leads yet'}`,
      facts: [
        ...shareFacts({ outcome, seal }),
        ...(sealed.length > 0 ? [{ label: STILL_SEALED, value: clip(sealed.join(', '), 400) }] : []),
      ],
      buttons: [...others.slice(0, MAX_BUTTONS - 1), { label: 'Look', operation: 'vault', input: { vault } }],
    };
  },
});

function othersOf(settled: VaultLook | undefined): { leads: boolean; sealed: string[] } {
  // Who could not look knows nothing bad.
  if (!settled) return { leads: true, sealed: [] };
  const inState = (wanted: string) => settled.servers.filter(({ state }) => state === wanted);
  return { leads: inState('active').length > 0, sealed: inState('sealed').map(({ host }) => host) };
}

function titleOf(vault: string, outcome: ShareOutcome, seal: SealTold | undefined): string {
  if (seal?.sealed === false) return outcome === 'already open' ? `${vault} was open already` : `${vault} is open`;
  const has = seal ? `${vault} has ${givenOf(seal)}` : vault;
  return outcome === 'duplicate' ? `${has}: this one had been given before` : has;
}

async function giveOne(seals: Seals, vault: string, server: string | undefined, signal: AbortSignal) {
  const [{ fingerprint }] = await seals.held(vault);
  return await seals.give(vault, server, fingerprint, signal);
}

function shareWords({ label, fingerprint }: Share): string {
  return label === undefined ? fingerprint : `${label} (${fingerprint})`;
}

/** Makes the Problem of a tool one of this operation, with facts for programs. */
function failing(vault: string, outcome: ShareOutcome) {
  return (error: unknown): never => {
    if (!(error instanceof Problem)) throw error;
    throw shareProblem(vault, outcome, { because: error });
  };
}

function orNothing(error: unknown): undefined {
  if (!(error instanceof Problem)) throw error;
}
