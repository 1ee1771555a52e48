// Tests are transformed, not type-checked (that is `npm run check`). `quick` is what `npm test` runs.
const project = {
  testEnvironment: 'node',
  transform: {
    '\\.(ts|js|mjs)$': [
      '@swc/jest',
      {
        jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
      },
    ],
  },
  // Packages that ship as ES modules only are transformed along with our own code.
  transformIgnorePatterns: ['/node_modules/(?!jose/)'],
};

export default {
  // No test measures time; this only ends one that hangs, on a machine however busy.
  testTimeout: 120_000,
  // All of them: by itself jest leaves one core idle, which is half of a small machine.
  maxWorkers: '100%',
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  projects: [
    {
      ...project,
      displayName: 'quick',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: [
        '\\.full\\.test\\.ts$',
        '\\.aws\\.test\\.ts$',
        '\\.e2e\\.test\\.ts$',
      ],
    },
    {
      ...project,
      displayName: 'full',
      testMatch: ['<rootDir>/test/**/*.full.test.ts', '<rootDir>/test/**/*.e2e.test.ts'],
    },
    // Needs an endpoint: `npm run test:aws` says what to do without one.
    ...(process.env.AWS_ENDPOINT_URL
      ? [{ ...project, displayName: 'aws', testMatch: ['<rootDir>/test/**/*.aws.test.ts'] }]
      : []),
  ],
};
