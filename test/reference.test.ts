import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { loadCatalog } from '#src/catalog.ts';
import { operationsReference } from '#src/cli/reference.ts';

test('docs/operations.md is what the catalog says (mend it: node bin/nightguard.mjs reference > docs/operations.md)', async () => {
  const written = await readFile(new URL('../docs/operations.md', import.meta.url), 'utf8');
  expect(written).toBe(operationsReference(await loadCatalog()));
});
