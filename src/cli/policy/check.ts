import { resolve } from 'node:path';
import type { Review } from '#src/agent/policy/review.ts';
import { reviewRules } from '#src/agent/policy/review.ts';
import { createPolicy } from '#src/agent/policy.ts';
import { loadCatalog } from '#src/catalog.ts';
import type { Outcome } from '../outcome.ts';
import type { Source } from './source.ts';
import { fileSource, sourceOf } from './source.ts';

/** Reads a policy file, or the policy in effect, as the agent does, and says what is odd about it. Throws Problem `policy` when the agent would not take it. */
export async function checkPolicy(env: NodeJS.ProcessEnv, file?: string): Promise<Outcome> {
  const source = file === undefined ? await sourceOf(env) : fileSource(resolve(file));
  const { rules, approver, where, changeable } = source;
  const { hash } = createPolicy({ node: '', environment: '', rules, approver });
  const review = reviewRules(rules, await loadCatalog());
  const odd = [...oddities(review), ...unproved(source)];
  const lines = [
    `ok    ${rules.length === 1 ? '1 rule' : `${rules.length} rules`} ${where}, hash ${hash}`,
    ...odd.map((words) => `warn  ${words}`),
    ...(changeable
      ? ['note  The user of this process can change them (see node.policyFile in docs/configuration.md).']
      : []),
    ...(review.denied.length > 0 ? [`note  No rule allows ${review.denied.join(', ')}.`] : []),
  ];
  return { lines, data: { rules: rules.length, where, hash, changeable, ...review }, exit: odd.length > 0 ? 2 : 0 };
}

/** Rules whose proof nobody could give. */
function unproved({ rules, approver }: Pick<Source, 'rules' | 'approver'>): string[] {
  if (approver) return [];
  return rules.flatMap(({ require }, index) =>
    require?.proof === 'stepup'
      ? [`Rule ${index + 1} asks for a proof by step-up, and no approver is named: it refuses everything.`]
      : [],
  );
}

function oddities({ unreachable, unknown, targetless }: Review): string[] {
  return [
    ...unreachable.map(({ rule, behind }) => `Rule ${rule} never decides: rule ${behind} above it is about all of it.`),
    ...unknown.map(({ rule, operation }) => `Rule ${rule} names "${operation}", which this release does not have.`),
    ...targetless.map(
      ({ rule, operation }) =>
        `Rule ${rule} does not allow ${operation}: it has no target, so it needs a rule for the targets *.`,
    ),
  ];
}
