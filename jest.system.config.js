import { availableParallelism } from 'node:os';
import suite from './jest.config.js';

// The system tests: they start other programs, or use packages that `npm ci` does not install.
/** @type {import('jest').Config} */
export default {
  ...suite,
  roots: ['<rootDir>/test/system'],
  testPathIgnorePatterns: ['/node_modules/'],
  maxWorkers: availableParallelism() + 2, // they start programs, which need a core themselves
  coverageDirectory: 'coverage/system',
};
