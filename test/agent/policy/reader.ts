// A process that gives up root's rights for good and then reads a policy file as an agent would: `{ open }`, then `{ ask }`.
import { pino } from 'pino';
import { openPolicyFile } from '#src/agent/policy/file.ts';
import { ownUser } from '#src/agent/policy/guard.ts';
import type { Policy } from '#src/agent/policy.ts';
import { sentenceOf } from '#src/kit/problem.ts';

const NOBODY = 65_534;

export type Request = { open: string } | { ask: 'restart' | 'logs' };
/** `why` is undefined for a yes. */
export interface Answer {
  why?: string | undefined;
  sentence?: string;
  hash?: string;
  changes: string[];
}

const changes: string[] = [];
let policy: Policy | undefined;

process.setgroups?.([]);
process.setgid?.(NOBODY);
process.setuid?.(NOBODY);
process.on('message', (request: Request) => process.send?.({ ...answer(request), changes }));
process.send?.('ready');

function answer(request: Request): Omit<Answer, 'changes'> {
  if ('open' in request) return open(request.open);
  const decision = policy?.decide({
    ...{ operation: request.ask, target: 'web', operator: 7, evidence: undefined, at: 0, admitted: () => 0 },
    risk: request.ask === 'restart' ? ('change' as const) : ('read' as const),
  });
  if (!decision || !policy) return { why: 'not open' };
  return decision.allowed ? { hash: policy.hash } : { why: decision.why, sentence: decision.sentence };
}

function open(file: string): Omit<Answer, 'changes'> {
  try {
    policy = openPolicyFile({
      ...{ file, node: 'alpha', environment: 'dev', uid: ownUser(), log: pino({ level: 'silent' }) },
      onChange: ({ hash }) => changes.push(hash),
    });
    return { hash: policy.hash };
  } catch (error) {
    return { why: 'problem', sentence: sentenceOf(error) };
  }
}
