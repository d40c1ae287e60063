import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/leaks.ts'],
    reporters: ['default', './test/totals.ts'],
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // Most of the time they wait for other processes: on two cores one at a time leaves more than half of both idle.
    maxWorkers: availableParallelism() + 1,
  },
});
