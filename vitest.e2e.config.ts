import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Tests of the built page in a real browser, one after the other: two cores, one browser. */
export default defineConfig({
  // the built main takes Electron's interface from the driver
  resolve: { alias: [{ find: /^electron$/, replacement: resolve('test/e2e/electron/electronModule.ts') }] },
  test: {
    include: ['test/e2e/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
    expect: { poll: { timeout: 15_000 } },
  },
});
