import { Problem } from '#src/kit/problem.ts';
import type { Card } from '#src/operation/define.ts';
import type { Node } from '../nodes/fleet.ts';

/** One condition on nodes as it is typed: `env:stage`, or any label such as `role:db`. */
export interface Filter {
  key: string;
  value: string;
}

const FORM = /^([a-z0-9][a-z0-9_.-]*):(\S+)$/i;
/** The key that means the environment; a label of this name cannot be asked for. */
const ENVIRONMENT = 'env';

/** Takes the filters off the beginning of what was typed. */
export function readFilters(words: readonly string[]): { filters: Filter[]; rest: readonly string[] } {
  const end = words.findIndex((word) => !FORM.test(word));
  const rest = end === -1 ? [] : words.slice(end);
  const filters = words.slice(0, words.length - rest.length).flatMap((word) => {
    const [, key = '', value = ''] = FORM.exec(word) ?? [];
    return [{ key, value }];
  });
  return { filters, rest };
}

/** The nodes that fit every filter. Throws Problem `no-match` that says what there is to filter by. */
export function matching(fleet: readonly Node[], filters: readonly Filter[]): Node[] {
  const found = fleet.filter((node) => filters.every(({ key, value }) => valueFor(node, key) === value));
  if (found.length > 0) return found;
  throw new Problem('no-match', `No node has ${filtersText(filters)}. ${whatThereIs(fleet)} See /nodes`);
}

/** Filters as they are typed. */
export function filtersText(filters: readonly Filter[]): string {
  return filters.map(({ key, value }) => `${key}:${value}`).join(' ');
}

function valueFor({ environment, labels }: Node, key: string): string | undefined {
  return key === ENVIRONMENT ? environment : Object.hasOwn(labels, key) ? labels[key] : undefined;
}

function whatThereIs(fleet: readonly Node[]): string {
  const environments = sorted(fleet.map(({ environment }) => `${ENVIRONMENT}:${environment}`));
  const labels = fleet.flatMap((node) => Object.entries(node.labels)).filter(([key]) => key !== ENVIRONMENT);
  return `There is ${[...environments, ...sorted(labels.map(([key, value]) => `${key}:${value}`))].join(', ')}.`;
}

function sorted(words: readonly string[]): string[] {
  return [...new Set(words)].sort();
}

/** The names on a node that can be the target of an operation. */
export function targetsFor(card: Pick<Card, 'params'>, node: Pick<Node, 'targets' | 'inventory'>): readonly string[] {
  const kind = card.params.find(({ target }) => target !== undefined)?.target;
  if (kind === undefined) return [];
  return kind === 'workload' ? node.targets : (node.inventory[kind] ?? []);
}
