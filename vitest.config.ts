import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { LongFirst } from './test/longFirst.ts';

// For the workers and the processes that tests start: what one has compiled, the next need not.
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(new URL('./node_modules/.cache/nightguard', import.meta.url));

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/bundle.ts'],
    setupFiles: ['test/leaks.ts'],
    reporters: ['default', './test/totals.ts'],
    sequence: { sequencer: LongFirst },
    testTimeout: 40_000,
    hookTimeout: 40_000,
    // They wait for other processes for a third of their time: with one for each core, so much of the cores is idle.
    maxWorkers: availableParallelism() + 1,
  },
});
