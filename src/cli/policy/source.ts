import { mayWrite, ownUser, withGuarded } from '#src/agent/policy/guard.ts';
import type { Rule } from '#src/agent/policy/rule.ts';
import { readPolicyText } from '#src/agent/policy/text.ts';
import type { Party } from '#src/wire/seal.ts';
import { FileConfig, nodeOf } from '../config.ts';
import { readConfigFile } from '../configFile.ts';
import { roleOf, settingsOf } from '../role.ts';

/** The rules of this machine, and where they stand. */
export interface Source {
  node: string;
  environment: string;
  rules: Rule[];
  /** Whose proofs by step-up count. */
  approver?: Party | undefined;
  /** `in /etc/nightguard/policy.yaml`, or where in the configuration. */
  where: string;
  /** Whether the user of this process could change them. */
  changeable: boolean;
}

/** The policy in effect on this machine. Throws Problem `config` or `policy`. */
export async function sourceOf(env: NodeJS.ProcessEnv): Promise<Source> {
  const { config: file } = settingsOf(env, roleOf(env));
  const { name: node, environment, policy, policyFile } = nodeOf(await readConfigFile(file, FileConfig));
  if (policyFile !== undefined) return { node, environment, ...fileSource(policyFile) };
  return { node, environment, rules: policy, where: `under node.policy in ${file}`, changeable: true };
}

/** The rules of a policy file, read as the agent reads them. Throws Problem `policy`. */
export function fileSource(file: string): Pick<Source, 'rules' | 'approver' | 'where' | 'changeable'> {
  const policy = withGuarded(file, ownUser(), (guarded) => readPolicyText(file, guarded.read()));
  return { ...policy, where: `in ${file}`, changeable: mayWrite(file) };
}
