import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/leaks.ts'],
    reporters: ['default', './test/totals.ts'],
    // For the processes that tests start: what one has compiled, the next need not.
    env: { NODE_COMPILE_CACHE: fileURLToPath(new URL('./node_modules/.cache/nightguard', import.meta.url)) },
    testTimeout: 40_000,
    hookTimeout: 40_000,
    // Most of the time they wait for other processes: one fewer than cores, as it would be, leaves more than half of two cores idle.
    maxWorkers: Math.max(2, availableParallelism()),
  },
});
