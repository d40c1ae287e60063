import type { ShareTold } from '#src/operation/vaultShare.ts';
import { readShareFacts } from '#src/operation/vaultShare.ts';
import type { Child } from '../kind.ts';

/** What a node has told of its share; undefined when its verdict has no facts, or is not there. */
export function toldBy({ job }: Child): ShareTold | undefined {
  return job?.reply && readShareFacts(job.reply.facts);
}

/** How the seal stood when a node last told it. */
export function lastSeal(children: readonly Child[]): ShareTold['seal'] {
  return children.map((child) => toldBy(child)?.seal).findLast((seal) => seal !== undefined);
}

/** Whether a share may have been given of which nothing is told: Vault did not answer, the agent died, or it is silent. */
export function isInDoubt(child: Child): boolean {
  const { job, silent } = child;
  if (silent || job?.verdict === 'verified applied' || job?.verdict === 'needs human') return true;
  return toldBy(child)?.outcome === 'unknown';
}

/** Whether asking the same node once more may help, and does no harm. */
export function mayTryAgain(child: Child): boolean {
  return child.job?.verdict === 'verified not applied' || toldBy(child)?.outcome === 'unknown';
}

/** Whether it is open, by what this node told. */
export function tellsOpen(child: Child): boolean {
  const told = toldBy(child);
  return told?.outcome === 'opened' || told?.outcome === 'already open' || told?.seal?.sealed === false;
}
