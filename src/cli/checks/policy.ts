import { fileSource } from '../policy/source.ts';
import type { Check } from './check.ts';
import { ok, warn } from './check.ts';

/** What this machine allows as a node: can it be read, and who can change it? */
export const policyCheck: Check = async ({ config, role }) => {
  const node = config?.node;
  if (role === 'hub') return ok('a hub has none; each node has its own');
  if (!node) return ok('not there yet');
  if (node.policyFile !== undefined) {
    const { rules, changeable } = fileSource(node.policyFile);
    const words = `${node.policyFile}: ${count(rules.length)}`;
    return changeable ? warn(`${words}; this user can change it. Run the agent as another one than root`) : ok(words);
  }
  if (node.policy.length === 0) return warn('node.policy is empty, so this node refuses everything');
  const words = `node.policy: ${count(node.policy.length)}; can be changed by the agent's user`;
  return node.environment === 'prod' ? warn(`${words}. On prod, use node.policyFile`) : ok(words);
};

function count(rules: number): string {
  return rules === 1 ? '1 rule' : `${rules} rules`;
}
