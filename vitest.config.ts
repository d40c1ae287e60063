import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/leaks.ts'],
    reporters: ['default', './test/totals.ts'],
    testTimeout: 40_000,
    hookTimeout: 40_000,
    // Most of the time they wait for other processes: one fewer than cores, as it would be, leaves more than half of two cores idle.
    maxWorkers: Math.max(2, availableParallelism()),
  },
});
