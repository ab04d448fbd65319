import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**', 'node_modules/**'],
    globalSetup: ['test/buildProgram.ts'],
    testTimeout: 60_000,
    // loading the engine anew for each of some 180 files took longer than the tests; none of them changes a module's state
    isolate: false,
    maxWorkers: '100%',
  },
});
