import { nearest } from '#src/kit/nearest.ts';
import { Problem } from '#src/kit/problem.ts';

/** The Problem for a workload, or something else, that is not declared here, with the names that may have been meant. */
export function unknownTarget(typed: string, names: readonly string[], kind = 'workload'): Problem {
  const near = nearest(typed, names);
  const said = `There is no ${kind} "${typed}" here.`;
  if (near.length > 0) return new Problem('unknown-target', `${said} Did you mean ${either(near)}?`);
  if (names.length === 0) return new Problem('unknown-target', `${said} None is declared on this node.`);
  return new Problem('unknown-target', `${said} Choose ${either(names)}.`);
}

function either(names: readonly string[]): string {
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} or ${names.at(-1)}` : (names[0] ?? '');
}
