import type { Logger } from 'pino';
import type { NodeConfig } from '../config.ts';
import type { Policy } from '../policy.ts';
import { createPolicy } from '../policy.ts';
import { openPolicyFile } from './file.ts';
import { ownUser } from './guard.ts';

const MEND = 'Put the rules into a file of root, and its path into node.policyFile (see docs/configuration.md).';

/** The policy of this machine: from its own file, or from the list in the configuration. Throws Problem `policy` when the file does not hold. */
export function openPolicy(deps: { config: NodeConfig; onChange: (policy: Policy) => void; log: Logger }): Policy {
  const { policy: rules, policyFile: file, name: node, environment } = deps.config;
  if (file === undefined && environment === 'prod')
    deps.log.warn({ node, mend: MEND }, "the policy of this node of prod can be changed by the agent's own user");
  if (file === undefined) return createPolicy({ node, environment, rules });
  return openPolicyFile({ ...deps, file, node, environment, uid: ownUser() });
}
