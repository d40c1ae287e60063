import type { Logger } from 'pino';
import { Problem } from '#src/kit/problem.ts';
import type { Decision, Policy } from '../policy.ts';
import { createPolicy } from '../policy.ts';
import type { Guarded } from './guard.ts';
import { withGuarded } from './guard.ts';
import { readPolicyText } from './text.ts';

/** What a policy in a file of its own is made of. */
export interface PolicyFileDeps {
  file: string;
  node: string;
  environment: string;
  /** The user that the agent runs as, who must not be able to change the file. */
  uid: number;
  /** Called when other rules came into effect. */
  onChange: (policy: Policy) => void;
  log: Logger;
}

/**
 * The policy that stands in a file. Before every decision, and when its approver is asked for, the file is looked at, and read again when it was changed. While it does
 * not hold, nothing is changed on the node, and what only reads goes on under the last rules that held. Throws Problem `policy`
 * when it does not hold at the start.
 */
export function openPolicyFile(deps: PolicyFileDeps): Policy {
  const { file, node, uid, log } = deps;
  let last: { stamp: string; found: Policy | Problem } | undefined;

  const look = (): Policy | Problem =>
    orProblem(() =>
      withGuarded(file, uid, (guarded) => {
        if (last?.stamp !== guarded.stamp)
          last = { stamp: guarded.stamp, found: orProblem(() => readPolicy(deps, guarded)) };
        return last.found;
      }),
    );
  const first = look();
  if (first instanceof Problem) throw first;
  let held = first;
  let complaint: string | undefined;

  const lookNow = (): Policy | Problem => {
    const found = look();
    const words = found instanceof Problem ? found.message : undefined;
    if (words !== undefined && words !== complaint) log.error({ file, err: found }, 'policy does not hold');
    complaint = words;
    if (found instanceof Problem || found === held) return found;
    const changed = found.hash !== held.hash;
    held = found;
    log.warn({ file, policy: held.hash, rules: held.size }, 'policy read again');
    if (changed) deps.onChange(held);
    return found;
  };
  return {
    get hash() {
      return held.hash;
    },
    get size() {
      return held.size;
    },
    // Asked for before a decision, with what an order brings: who is named no longer proves nothing from then on.
    get approver() {
      lookNow();
      return held.approver;
    },
    decide(question): Decision {
      const found = lookNow();
      if (!(found instanceof Problem) || question.risk === 'read') return held.decide(question);
      const sentence = `The policy of ${node} does not hold, so nothing is changed there. ${found.message}`;
      return { allowed: false, by: undefined, why: 'file', sentence };
    },
  };
}

/** The policy that an open file holds. Throws Problem `policy`. */
function readPolicy({ file, node, environment }: PolicyFileDeps, guarded: Guarded): Policy {
  return createPolicy({ node, environment, ...readPolicyText(file, guarded.read()), where: `in ${file}` });
}

function orProblem<T>(act: () => T): T | Problem {
  try {
    return act();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}
