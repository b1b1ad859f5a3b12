/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  setupFiles: ['<rootDir>/test/support/async-storages.ts', '<rootDir>/test/support/seed.ts'],
  testSequencer: '<rootDir>/test/support/slowest-first.js',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^longrunning$': '<rootDir>/src/index.ts',
    '^longrunning/(grpc|rest|gax|custom|google|connect|decoders|protobuf-es|testing|wire|many|wait-for|history|otel|bullmq|schedule)$':
      '<rootDir>/src/$1/index.ts',
  },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  // With --coverage only, as in the gate: counters in the code cost a quarter more CPU; those of V8, three times as much. Tests
  // in child processes and in Chromium do not count.
  collectCoverageFrom: ['src/**/*.ts'],
  coverageProvider: 'babel',
  coverageReporters: ['text-summary'],
  coverageThreshold: { global: { lines: 99.5, branches: 96.8 } },
  testTimeout: 20_000, // child processes are slow to start on a busy machine
  clearMocks: true,
};
