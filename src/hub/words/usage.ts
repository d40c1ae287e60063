import type { Card } from '#src/operation/define.ts';

/** How an operation is typed: `/logs <node> <target> [--lines 40] [--grep error]`. Reads may leave the node out. */
export function usageOf(card: Card): string {
  const node = card.risk === 'read' && !needsTarget(card) ? '[node]' : '<node>';
  const words = card.params.map(({ name, flag, required, example }) =>
    flag ? `[--${name}]` : required ? `<${name}>` : `[--${name} ${example}]`,
  );
  return [`/${card.name}`, node, ...words].join(' ');
}

/** An example with a node and target that exist: `/restart local demo`. */
export function exampleOf(card: Card, node: string, target: string | undefined): string {
  const words = card.params
    .filter(({ required }) => required)
    .map((param) => (param.target ? (target ?? param.example) : param.example));
  return [`/${card.name}`, node, ...words].join(' ');
}

function needsTarget(card: Card): boolean {
  return card.params.some(({ target, required }) => target !== undefined && required);
}
