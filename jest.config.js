import { availableParallelism } from 'node:os';

// The suite: all tests but those of test/system, which jest.system.config.js runs.
/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/system/'],
  maxWorkers: availableParallelism() + 2, // half of the time the tests wait; Jest's default on two cores is one
  setupFiles: ['<rootDir>/test/support/async-storages.ts'],
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
  // With --coverage only, as in the gate: counters in the code cost two thirds more CPU; those of V8 were dearer still. Tests
  // in child processes and in Chromium do not count. scripts/check-coverage.ts has the limits.
  collectCoverageFrom: ['src/**/*.ts'],
  coverageProvider: 'babel',
  coverageReporters: ['json', 'text-summary'],
  coverageDirectory: 'coverage/suite',
  testTimeout: 90_000, // for tests that hang: a busy machine must not fail one
  clearMocks: true,
};
