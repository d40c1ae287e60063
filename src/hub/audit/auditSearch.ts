import { parseDuration } from '#src/kit/duration.ts';
import { nearest } from '#src/kit/nearest.ts';
import { Problem } from '#src/kit/problem.ts';
import type { AuditRecord } from '#src/ledger/records.ts';
import type { HubDeps } from '../context.ts';

/** How many lines are searched at the most, and told when no number is typed. */
export const SEARCHED = 12_000;
const TOLD = 50;
const MOST = 2_000;
const USAGE = 'Usage: /audit [node] [n] [by:ben] [op:restart] [since:2h], or /audit export';

/** What of the audit is asked for: at most so many lines, that fit all filters; `about` says it in words. */
export interface Search {
  limit: number;
  filters: ((entry: AuditRecord) => boolean)[];
  about: string;
}

/** Reads the words behind `/audit`. Throws Problem `arguments` or `unknown-node`. */
export async function readSearch(words: readonly string[], deps: HubDeps): Promise<Search> {
  const numbers = words.filter((word) => /^\d{1,4}$/.test(word));
  const named = words.filter((word) => NAMED.test(word));
  const [node, ...more] = words.filter((word) => !numbers.includes(word) && !named.includes(word));
  if (more.length > 0 || numbers.length > 1) throw new Problem('arguments', USAGE);
  const limit = Math.max(1, Math.min(MOST, Number(numbers[0] ?? TOLD)));
  const filters = named.map((word) => filterOf(word, deps));
  const about = named.length === 0 ? '' : ` for ${named.join(' ')}`;
  if (node === undefined) return { limit, filters, about };
  await checkNode(node, deps);
  const ofNode = (entry: AuditRecord) => entry.node?.split(' ').includes(node) ?? false;
  return { limit, filters: [ofNode, ...filters], about: ` about ${node}${about}` };
}

const NAMED = /^(by|op|since):(\S+)$/;

function filterOf(word: string, deps: HubDeps): (entry: AuditRecord) => boolean {
  const [, name, value = ''] = NAMED.exec(word) ?? [];
  if (name === 'op') return (entry) => entry.operation === value;
  if (name === 'since') {
    const since = deps.now() - spanOf(value);
    return (entry) => entry.at >= since;
  }
  return (entry) => [String(entry.operator?.id), entry.operator?.name.toLowerCase()].includes(value.toLowerCase());
}

function spanOf(text: string): number {
  try {
    return parseDuration(text);
  } catch {
    throw new Problem('arguments', `"${text}" is no time: write since:30m, since:2h or since:7d.`);
  }
}

async function checkNode(node: string, { fleet, now }: HubDeps): Promise<void> {
  const names = (await fleet.nodes(now())).map(({ name }) => name);
  if (names.includes(node)) return;
  const near = nearest(node, names);
  const hint = near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `There is ${names.join(', ')}.`;
  throw new Problem('unknown-node', `There is no node "${node}". ${hint}`);
}
