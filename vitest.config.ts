import { defineConfig } from 'vitest/config';

process.env['TZ'] = 'UTC';

/** Tests that start servers; the rest takes seconds and is what `npm run check` runs. */
const WITH_SERVERS = ['activities', 'bench', 'cli', 'histories', 'ledger', 'player', 'temporal', 'worker', 'workflows'].map(
  (folder) => `test/${folder}/**/*.test.ts`,
);
const SLOW = ['test/slow/**/*.test.ts'];

const shared = {
  pool: 'forks' as const,
  globalSetup: ['test/global-setup.ts'],
  testTimeout: 30_000,
  hookTimeout: 60_000,
  teardownTimeout: 20_000,
  env: { TZ: 'UTC', LOG_LEVEL: 'error' },
};

export default defineConfig({
  test: {
    reporters: ['default', './test/support/counting-reporter.ts'],
    // Two cores, and tests that start servers: more processes only make each other time out.
    maxWorkers: 2,
    projects: [
      { test: { ...shared, name: 'fast', include: ['test/**/*.test.ts'], exclude: [...WITH_SERVERS, ...SLOW] } },
      { test: { ...shared, name: 'servers', include: WITH_SERVERS } },
      { test: { ...shared, name: 'slow', include: SLOW, testTimeout: 600_000, hookTimeout: 120_000 } },
    ],
  },
});
