import { expect, test } from 'vitest';
import { unknownTarget } from '#src/adapters/unknownTarget.ts';

test.each([
  ['wbe', ['web', 'db'], 'There is no workload "wbe" here. Did you mean web?'],
  ['we', ['web', 'web2', 'db'], 'There is no workload "we" here. Did you mean web or web2?'],
  ['mail', ['web', 'db', 'cache'], 'There is no workload "mail" here. Choose web, db or cache.'],
  ['mail', [], 'There is no workload "mail" here. None is declared on this node.'],
])('%s among %o', (typed, names, sentence) => {
  expect(unknownTarget(typed, names)).toMatchObject({ code: 'unknown-target', message: sentence });
});
