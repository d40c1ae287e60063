import { Problem } from '#src/kit/problem.ts';
import { count } from '#src/kit/text.ts';
import type { Campaign } from '#src/ledger/campaign.ts';
import type { Job } from '#src/ledger/records.ts';
import type { Input } from '#src/operation/args.ts';
import type { Card } from '#src/operation/define.ts';
import { readShareFacts } from '#src/operation/vaultShare.ts';
import type { Node } from '../../nodes/fleet.ts';
import { awayText, drainedText } from '../../words/scope.ts';
import type { CampaignWant } from '../ask.ts';
import { parseUnseal } from './params.ts';

/** Which nodes are asked for their shares of a Vault, in the order of their names, and which keep one and are left. Throws Problem `unseal` when they are too few, with what is missing. */
export function wantUnseal(of: {
  input: Input;
  card: Card;
  nodes: readonly Node[];
  /** How many shares it takes, if that was ever told. */
  threshold: number | undefined;
}): Pick<CampaignWant, 'wanted' | 'left' | 'least'> {
  const { card, threshold } = of;
  const { vault, server, reset, without = '' } = parseUnseal(of.input);
  const holders = of.nodes
    .filter(({ shares }) => shares.some((share) => share.vault === vault))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  if (holders.length === 0) throw noHolder(vault, of.nodes);
  const [alone, another] = holders;
  const kept = alone?.shares.filter((share) => share.vault === vault).length ?? 0;
  if (alone && !another && kept > 1)
    throw new Problem(
      'unseal',
      `${alone.name} keeps the shares of ${vault} alone: /unseal_local ${alone.name} ${vault}`,
    );
  const skipped = new Set(without.split(','));
  const judged = holders.map((node) => ({ node, why: whyNot(node, card, skipped) }));
  const left = judged.flatMap(({ node: { name }, why }) => (why === undefined ? [] : [{ node: name, because: why }]));
  const there = judged.flatMap(({ node, why }) => (why === undefined ? [node] : []));
  if (there.length < (threshold ?? 1)) throw tooFewThere(vault, threshold ?? 1, there, left);
  const plain: Input = { vault, ...(server === undefined ? {} : { server }) };
  const inputs = reset ? [{ ...plain, reset: true }, plain] : [plain];
  return { left, least: threshold, wanted: there.flatMap((node) => inputs.map((input) => ({ node, input }))) };
}

/** How many shares a Vault takes, as a node that gave one told it last; undefined: none has, as far as these jobs go back. */
export function thresholdOf(vault: string, jobs: readonly Job[]): number | undefined {
  return jobs
    .filter((job) => job.operation === 'vault_share' && job.input['vault'] === vault)
    .map((job) => readShareFacts(job.reply?.facts ?? [])?.seal?.threshold)
    .find((threshold) => threshold !== undefined && threshold > 0);
}

/** The Vaults of which some node keeps a share. */
export function vaultsOf(nodes: readonly Node[]): string[] {
  return [...new Set(nodes.flatMap(({ shares }) => shares.map(({ vault }) => vault)))].toSorted();
}

function whyNot(node: Node, card: Card, skipped: ReadonlySet<string>): string | undefined {
  const version = node.operations[card.name];
  if (skipped.has(node.name)) return 'left out';
  const away = awayText(node);
  if (away !== undefined) return away;
  if (node.drained) return drainedText(node.name);
  return version === card.version ? undefined : `its agent is of another release: update it`;
}

function noHolder(vault: string, nodes: readonly Node[]): Problem {
  const known = vaultsOf(nodes);
  const there = known.length === 0 ? '' : ` There are shares of ${known.join(', ')}.`;
  return new Problem(
    'unseal',
    `No node keeps a share of ${vault}.${there} On a node that is to keep one: nightguard share add ${vault}`,
  );
}

function tooFewThere(vault: string, needed: number, there: readonly Node[], left: Campaign['left']): Problem {
  const names = there.map(({ name }) => name).join(', ');
  const have = there.length === 0 ? 'no node that keeps one is there' : `only ${names} can give one`;
  const missing = left.map(({ node, because }) => `${node} ${because}`).join('; ');
  return new Problem(
    'unseal',
    `${vault} takes ${count(needed, 'share')}, and ${have}. Missing: ${missing}. See /nodes`,
  );
}
