import type { Catalog } from '#src/catalog.ts';
import { openInput } from '#src/operation/args.ts';
import type { Openly } from './trail.ts';

/** What the audit may show of an order, by what its operation says of its parameters; of one that is not known, nothing. */
export function openlyBy(catalog: Catalog): Openly {
  return ({ operation: name, input }) => {
    const operation = catalog.get(name);
    if (!operation) return {};
    const target = operation.targetOf(input);
    return { ...(target === undefined ? {} : { target }), input: openInput(operation.params, input) };
  };
}
