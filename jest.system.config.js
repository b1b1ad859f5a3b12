import suite from './jest.config.js';

// The system tests: they start other programs, or use packages that `npm ci` does not install.
/** @type {import('jest').Config} */
export default {
  ...suite,
  roots: ['<rootDir>/test/system'],
  testPathIgnorePatterns: ['/node_modules/'],
  coverageDirectory: 'coverage/system',
};
