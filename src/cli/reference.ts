import type { Catalog } from '#src/catalog.ts';
import { loadCatalog } from '#src/catalog.ts';
import { exampleOf, usageOf } from '#src/hub/words/usage.ts';
import { formatDuration } from '#src/kit/duration.ts';
import type { Card } from '#src/operation/define.ts';
import { readFlags } from './flags.ts';

/** `nightguard reference`: what docs/operations.md holds. */
export async function reference(argv: string[]): Promise<void> {
  const about = 'Prints the reference of all operations in Markdown, made from the catalog.';
  if (!readFlags({ name: 'reference', about, flags: {} }, argv)) return;
  process.stdout.write(operationsReference(await loadCatalog()));
}

/** The operations reference in Markdown, from nothing but the catalog. */
export function operationsReference(catalog: Catalog): string {
  const head = '# Operations\n\nMade from the catalog by `nightguard reference`; a test holds it true. Do not edit.\n';
  return [head, ...[...catalog.values()].map(section)].join('\n');
}

function section(card: Card): string {
  const params = card.params.map(({ name, flag, required, description, example }) => {
    const form = flag ? `--${name}` : required ? name : `--${name} ${example}`;
    return `- \`${form}\`: ${description ?? ''}`;
  });
  const steps = card.steps.map(({ title, kind }, index) => `${index + 1}. ${title} (${kind})`);
  return [
    `## /${card.name}`,
    '',
    `${card.summary}.`,
    '',
    card.within === undefined
      ? `Usage: \`${usageOf(card)}\` · example: \`${exampleOf(card, 'alpha', 'web')}\``
      : `A part of /${card.within}: nobody types it. In a policy it is a name like the others.`,
    '',
    `Version ${card.version} · role ${card.role} · risk ${card.risk} · ends within ${formatDuration(card.timeoutMs)}`,
    '',
    ...(params.length > 0 ? [...params, ''] : []),
    ...steps,
    '',
  ].join('\n');
}
